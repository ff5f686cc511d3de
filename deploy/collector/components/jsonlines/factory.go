// Package jsonlines is an exporter that posts logs as JSON, one record a line, to log services that take nothing of
// OpenTelemetry's own: Loggly's bulk endpoint, and everything that speaks Elasticsearch's bulk format.
package jsonlines

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configcompression"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
)

// Config says where the lines go.
type Config struct {
	// The address, often with a secret in it, so it is never shown.
	URL configopaque.String `mapstructure:"url"`
	// A line that stands before every record, as Elasticsearch's bulk format wants it. Nothing stands there when empty.
	Before configopaque.String `mapstructure:"before"`
	// The largest body of a request, before it is compressed. A record that is larger is dropped, with a warning.
	MaxRequestBytes int `mapstructure:"max_request_bytes"`

	HTTP  confighttp.ClientConfig                                  `mapstructure:"http"`
	Queue configoptional.Optional[exporterhelper.QueueBatchConfig] `mapstructure:"sending_queue"`
	Retry configretry.BackOffConfig                                `mapstructure:"retry_on_failure"`
}

// Validate refuses what cannot work. It does not show the address, which may hold a secret.
func (c *Config) Validate() error {
	if c.HTTP.Endpoint != "" {
		return errors.New("http.endpoint: the address is given as url")
	}
	if u, err := url.Parse(oneLine(c.URL)); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return errors.New("url: is not an http or https address")
	}
	if c.MaxRequestBytes <= 0 {
		return errors.New("max_request_bytes: must be more than 0")
	}
	return nil
}

// oneLine takes out the line breaks that come from files with secrets: almost all of them end with one.
func oneLine(text configopaque.String) string {
	return strings.NewReplacer("\r", "", "\n", "").Replace(string(text))
}

// NewFactory makes the factory of the exporter json_lines.
func NewFactory() exporter.Factory {
	return exporter.NewFactory(
		component.MustNewType("json_lines"),
		func() component.Config {
			client := confighttp.NewDefaultClientConfig()
			client.Compression = configcompression.TypeGzip
			return &Config{
				MaxRequestBytes: 4_000_000,
				HTTP:            client,
				Queue:           configoptional.Some(exporterhelper.NewDefaultQueueConfig()),
				Retry:           configretry.NewDefaultBackOffConfig(),
			}
		},
		exporter.WithLogs(newLogs, component.StabilityLevelBeta),
	)
}

func newLogs(ctx context.Context, set exporter.Settings, cfg component.Config) (exporter.Logs, error) {
	config := cfg.(*Config)
	p := newPoster(config, set.TelemetrySettings)
	return exporterhelper.NewLogs(ctx, set, cfg, p.post,
		exporterhelper.WithStart(p.start),
		exporterhelper.WithCapabilities(consumer.Capabilities{MutatesData: false}),
		// The HTTP client has the time-out.
		exporterhelper.WithTimeout(exporterhelper.TimeoutConfig{Timeout: 0}),
		exporterhelper.WithQueue(config.Queue),
		exporterhelper.WithRetry(config.Retry))
}
