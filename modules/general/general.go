// Package general holds modules of many collections that need a program on the
// target and belong to no other room: rsync, web servers, message brokers,
// build tools and applications' own tools. Each looks at the present state
// first and runs the program only where it has to change.
package general
