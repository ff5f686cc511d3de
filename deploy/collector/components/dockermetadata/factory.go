// Package dockermetadata is a processor that adds to logs what Docker knows about the container they come from: its name,
// its image, and the labels that are asked for. Logs say by the resource attribute container.id which container that is.
//
// Together with a file_log receiver on /var/lib/docker/containers/*/*-json.log it sees every container, also those that
// appear later, whatever logging options they were started with.
package dockermetadata

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processorhelper"
)

// Config says where Docker answers and which labels are wanted.
type Config struct {
	// Docker's socket.
	Endpoint string `mapstructure:"endpoint"`
	// The version of Docker's API, which every Docker from that version on understands.
	APIVersion string `mapstructure:"api_version"`
	// How long Docker may take to answer.
	Timeout time.Duration `mapstructure:"timeout"`
	// Labels of the container, and the resource attributes into which they go.
	Labels map[string]string `mapstructure:"labels"`
}

const unix = "unix://"

// Validate refuses what cannot work.
func (c *Config) Validate() error {
	var errs []error
	if !strings.HasPrefix(c.Endpoint, unix) {
		errs = append(errs, fmt.Errorf("endpoint: %q does not begin with %s", c.Endpoint, unix))
	}
	if c.APIVersion == "" {
		errs = append(errs, errors.New("api_version: is missing"))
	}
	if c.Timeout <= 0 {
		errs = append(errs, errors.New("timeout: must be more than 0"))
	}
	return errors.Join(errs...)
}

// NewFactory makes the factory of the processor docker_metadata.
func NewFactory() processor.Factory {
	return processor.NewFactory(
		component.MustNewType("docker_metadata"),
		func() component.Config {
			return &Config{Endpoint: unix + "/var/run/docker.sock", APIVersion: "1.44", Timeout: 5 * time.Second}
		},
		processor.WithLogs(newLogs, component.StabilityLevelBeta),
	)
}

func newLogs(ctx context.Context, set processor.Settings, cfg component.Config, next consumer.Logs) (processor.Logs, error) {
	config := cfg.(*Config)
	d := newDocker(config)
	e := &enricher{look: d.look, labels: config.Labels, known: map[string]*container{}, log: set.Logger}
	return processorhelper.NewLogs(ctx, set, cfg, next, e.enrich,
		processorhelper.WithShutdown(func(context.Context) error { d.close(); return nil }),
		processorhelper.WithCapabilities(consumer.Capabilities{MutatesData: true}))
}
