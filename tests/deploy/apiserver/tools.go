//go:build tools

// Package apiserver names what is built, so that `go mod tidy` keeps it.
package apiserver

import _ "k8s.io/kubernetes/cmd/kube-apiserver"
