// Package files holds the modules that look at, make, change and move files.
// How a file is written and what attributes it gets is fsys's; what a module's
// options mean is here, a file each.
package files
