package besteffort

import (
	"context"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.uber.org/zap"
)

const (
	lookEvery = 5 * time.Second
	lookFor   = 2 * time.Second
)

// presence knows whether somebody listens where a destination should be.
type presence struct {
	address string
	log     *zap.Logger
	there   atomic.Bool
	end     chan struct{}
	done    sync.WaitGroup
}

func newPresence(destination string, log *zap.Logger) (*presence, error) {
	address, err := addressOf(destination)
	return &presence{address: address, log: log, end: make(chan struct{})}, err
}

// addressOf gives host and port of an http address.
func addressOf(destination string) (string, error) {
	u, err := url.Parse(destination)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return "", errDestination
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port), nil
}

// start looks once, so that what comes first is not given away, and then again and again.
func (p *presence) start(context.Context, component.Host) error {
	p.look(true)
	p.done.Go(func() {
		ticker := time.NewTicker(lookEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				p.look(false)
			case <-p.end:
				return
			}
		}
	})
	return nil
}

// look tells only of changes.
func (p *presence) look(first bool) {
	ctx, cancel := context.WithTimeout(context.Background(), lookFor)
	defer cancel()
	connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", p.address)
	if err == nil {
		connection.Close()
	}
	was := p.there.Swap(err == nil)
	switch {
	case err == nil && !was && !first:
		p.log.Info("The destination is there, it gets what comes from now on", zap.String("destination", p.address))
	case err != nil && (was || first):
		p.log.Info("The destination is not there, nothing is handed to it until it is", zap.String("destination", p.address))
	}
}

func (p *presence) stop(context.Context) error {
	close(p.end)
	p.done.Wait()
	return nil
}
