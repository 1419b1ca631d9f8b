// Command app is what the tests run in containers: it needs nothing but itself.
package main

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"
)

func main() {
	arg := func(i int) string {
		if i < len(os.Args) {
			return os.Args[i]
		}
		return ""
	}
	switch arg(1) {
	case "cat":
		_, _ = io.Copy(os.Stdout, os.Stdin)
	case "out":
		fmt.Println("out line")
		fmt.Fprintln(os.Stderr, "err line")
		code, _ := strconv.Atoi(arg(2))
		os.Exit(code)
	case "env":
		wd, _ := os.Getwd()
		fmt.Println(os.Getuid(), wd, os.Getenv(arg(2)))
	case "read":
		data, err := os.ReadFile(arg(2))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		_, _ = os.Stdout.Write(data)
	default:
		end := make(chan os.Signal, 1)
		signal.Notify(end, syscall.SIGTERM, syscall.SIGINT)
		<-end
	}
}
