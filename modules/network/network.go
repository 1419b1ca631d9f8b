// Package network holds modules that set up a system's connections, through
// the tools of the program that keeps them.
package network
