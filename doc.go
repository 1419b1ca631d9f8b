// Package goplay has no code of its own: the program is cmd/goplay, and the
// tests here hold the rooms of the project to the table in ARCHITECTURE.md.
package goplay
