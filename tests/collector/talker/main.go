// Command talker is all that is in the test's containers: it says what it is told, one line after the other, and stays.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	for _, line := range os.Args[1:] {
		fmt.Println(line)
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGHUP)
	for range stop {
		return
	}
}
