package facts

// families are the distributions by what they are made of.
var families = map[string][]string{
	"RedHat": {"RedHat", "RHEL", "Fedora", "CentOS", "Scientific", "SLC", "Ascendos", "CloudLinux", "PSBM", "OracleLinux", "OVS", "OEL", "Amazon", "Virtuozzo",
		"XenServer", "Alibaba", "EulerOS", "openEuler", "AlmaLinux", "Rocky", "TencentOS", "EuroLinux", "Kylin Linux Advanced Server", "MIRACLE", "Anolis", "Eurolinux"},
	"Debian": {"Debian", "Ubuntu", "Raspbian", "Neon", "KDE neon", "Linux Mint", "SteamOS", "Devuan", "Kali", "Cumulus Linux", "Pop!_OS", "Parrot",
		"Pardus GNU/Linux", "Uos", "Deepin", "OSMC", "elementary OS", "Zorin OS"},
	"Suse":       {"SuSE", "SLES", "SLED", "openSUSE", "openSUSE Tumbleweed", "openSUSE Leap", "SLES_SAP", "SUSE_LINUX", "openSUSE MicroOS", "SLE Micro", "ALP-Dolomite"},
	"Archlinux":  {"Archlinux", "Antergos", "Manjaro", "Artix"},
	"Mandrake":   {"Mandrake", "Mandriva"},
	"Solaris":    {"Solaris", "Nexenta", "OmniOS", "OpenIndiana", "SmartOS"},
	"Slackware":  {"Slackware"},
	"Altlinux":   {"Altlinux", "ALT Linux"},
	"Gentoo":     {"Gentoo", "Funtoo"},
	"Alpine":     {"Alpine"},
	"AIX":        {"AIX"},
	"Darwin":     {"MacOSX"},
	"FreeBSD":    {"FreeBSD", "TrueOS"},
	"ClearLinux": {"Clear Linux OS", "Clear Linux Mix", "ClearLinux"},
	"DragonFly":  {"DragonflyBSD", "DragonFlyBSD", "Gentoo/DragonflyBSD", "Gentoo/DragonFlyBSD"},
	"NetBSD":     {"NetBSD"},
	"Flatcar":    {"Flatcar"},
}

// familyOf is a distribution's family; one that belongs to none is its own.
func familyOf(name string) string {
	for family, members := range families {
		for _, m := range members {
			if m == name {
				return family
			}
		}
	}
	return name
}
