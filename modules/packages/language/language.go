// Package language holds the modules of languages' own package managers: gem,
// Composer, Cargo and the like. What is there is asked of the manager; what
// changes goes through it, by argv.
package language
