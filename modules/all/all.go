// Package all makes every module known: it imports the rooms for their init.
package all
