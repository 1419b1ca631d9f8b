// Package all makes every module known: it imports the rooms for their init.
package all

import (
	_ "goplay/modules/accounts"
	_ "goplay/modules/commands"
	_ "goplay/modules/config"
	_ "goplay/modules/crypto"
	_ "goplay/modules/databases"
	_ "goplay/modules/docker"
	_ "goplay/modules/files"
	_ "goplay/modules/general"
	_ "goplay/modules/host"
	_ "goplay/modules/kubernetes"
	_ "goplay/modules/network"
	_ "goplay/modules/packages"
	_ "goplay/modules/packages/language"
	_ "goplay/modules/packages/systems"
	_ "goplay/modules/rabbitmq"
	_ "goplay/modules/security"
	_ "goplay/modules/services"
	_ "goplay/modules/source"
	_ "goplay/modules/storage"
	_ "goplay/modules/system"
)
