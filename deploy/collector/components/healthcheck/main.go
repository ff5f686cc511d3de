// Command healthcheck asks the collector in the same container whether it is well: exit code 0 or 1. The image has no
// shell and no curl.
package main

import (
	"fmt"
	"net/http"
	"os"
	"time"
)

func main() {
	address := "http://127.0.0.1:13133/"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	client := http.Client{Timeout: 2 * time.Second}
	response, err := client.Get(address)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		fmt.Fprintln(os.Stderr, "the collector answers", response.Status)
		os.Exit(1)
	}
}
