// Package system holds the modules that look after a host as a whole: its
// facts, name, kernel, mounts, timers, firewall and disks. They work through
// the system's own files and tools; accounts and services have rooms of their
// own.
package system
