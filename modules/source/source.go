// Package source holds the modules of source control: git, its configuration,
// and Subversion. They drive the tools' own programs by argv and ask for
// output that is made for programs.
package source
