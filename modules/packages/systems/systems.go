// Package systems holds the package managers of systems other than Debian's
// and Red Hat's: SUSE's, the BSDs', Gentoo's and OpenWrt's, and those that any
// system may have besides its own, such as snap, Flatpak and Homebrew.
package systems
