// Package config holds modules that keep entries in the files of one program
// each: limits of PAM, users of web servers, diversions of packages, and what
// is set through a program's own socket.
package config
