package dockermetadata

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// More than Docker ever says about one container.
const longestAnswer = 8 << 20

// Docker does not know this container (any more).
var errUnknown = errors.New("Docker knows no such container")

// What we want to know of a container.
type container struct {
	Name   string `json:"Name"`
	Config struct {
		Image  string            `json:"Image"`
		Labels map[string]string `json:"Labels"`
	} `json:"Config"`
}

// The Docker engine, asked through its socket.
type docker struct {
	client  *http.Client
	version string
}

func newDocker(config *Config) *docker {
	socket := strings.TrimPrefix(config.Endpoint, unix)
	return &docker{
		version: config.APIVersion,
		client: &http.Client{
			Timeout: config.Timeout,
			Transport: &http.Transport{
				DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
					return (&net.Dialer{}).DialContext(ctx, "unix", socket)
				},
			},
		},
	}
}

func (d *docker) close() { d.client.CloseIdleConnections() }

// look asks for one container.
func (d *docker) look(ctx context.Context, id string) (*container, error) {
	address := fmt.Sprintf("http://docker/v%s/containers/%s/json", d.version, url.PathEscape(id))
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	response, err := d.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, longestAnswer))
	if err != nil {
		return nil, err
	}
	switch response.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound:
		return nil, errUnknown
	default:
		return nil, fmt.Errorf("Docker answers %s: %s", response.Status, strings.TrimSpace(string(body)))
	}
	var c container
	if err := json.Unmarshal(body, &c); err != nil {
		return nil, fmt.Errorf("Docker's answer cannot be read: %w", err)
	}
	c.Name = strings.TrimPrefix(c.Name, "/")
	return &c, nil
}
