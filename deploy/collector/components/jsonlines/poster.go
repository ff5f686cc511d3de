package jsonlines

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"
	// The collector's image is empty but for its programs: without these no TLS certificate could be trusted. Those of the
	// system, if there are any, come first. It counts for all exporters.
	_ "golang.org/x/crypto/x509roots/fallback"
)

// As much as is read of an answer, so that the connection can be used again.
const longestAnswer = 64 << 10

// Posts batches of logs.
type poster struct {
	config   *Config
	url      string
	before   string
	settings component.TelemetrySettings
	client   *http.Client
}

func newPoster(config *Config, settings component.TelemetrySettings) *poster {
	p := &poster{config: config, url: oneLine(config.URL), settings: settings}
	if config.Before != "" {
		p.before = oneLine(config.Before) + "\n"
	}
	return p
}

func (p *poster) start(ctx context.Context, host component.Host) error {
	client, err := p.config.HTTP.ToClient(ctx, host.GetExtensions(), p.settings)
	p.client = client
	return err
}

// post sends a batch in as many requests as its size needs. When one fails, only what was not sent is tried again.
func (p *poster) post(ctx context.Context, logs plog.Logs) error {
	var body bytes.Buffer
	sent, seen := 0, 0
	for _, resource := range logs.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				written, err := line(resource.Resource(), record)
				if err != nil {
					return consumererror.NewPermanent(fmt.Errorf("a record cannot be written as JSON: %w", err))
				}
				size := len(p.before) + len(written) + 1
				if body.Len() > 0 && body.Len()+size > p.config.MaxRequestBytes {
					if err := p.send(ctx, body.Bytes()); err != nil {
						return rest(err, logs, sent)
					}
					body.Reset()
					sent = seen
				}
				seen++
				if size > p.config.MaxRequestBytes {
					p.settings.Logger.Warn("A record is larger than a request may be, it is dropped", zap.Int("bytes", size))
					continue
				}
				p.append(&body, written)
			}
		}
	}
	if body.Len() == 0 {
		return nil
	}
	if err := p.send(ctx, body.Bytes()); err != nil {
		return rest(err, logs, sent)
	}
	return nil
}

func (p *poster) append(body *bytes.Buffer, line []byte) {
	body.WriteString(p.before)
	body.Write(line)
	body.WriteByte('\n')
}

// rest is the error for what was not sent: all but the first records.
func rest(err error, logs plog.Logs, sent int) error {
	if consumererror.IsPermanent(err) || sent == 0 {
		return err
	}
	unsent := plog.NewLogs()
	logs.CopyTo(unsent)
	seen := 0
	unsent.ResourceLogs().RemoveIf(func(resource plog.ResourceLogs) bool {
		resource.ScopeLogs().RemoveIf(func(scope plog.ScopeLogs) bool {
			scope.LogRecords().RemoveIf(func(plog.LogRecord) bool {
				seen++
				return seen <= sent
			})
			return scope.LogRecords().Len() == 0
		})
		return resource.ScopeLogs().Len() == 0
	})
	return consumererror.NewLogs(err, unsent)
}

// send posts one body. Which errors are worth another try is what HTTP says: 429 and 5xx are, other refusals are not.
func (p *poster) send(ctx context.Context, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(body))
	if err != nil {
		return consumererror.NewPermanent(errors.New("url: cannot be used"))
	}
	request.Header.Set("Content-Type", "application/x-ndjson")
	response, err := p.client.Do(request)
	if err != nil {
		return withoutAddress(err)
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, io.LimitReader(response.Body, longestAnswer))
	switch status := response.StatusCode; {
	case status >= 200 && status < 300:
		return err
	case status == http.StatusTooManyRequests || status >= 500:
		err = fmt.Errorf("the log service answers %s", response.Status)
		if seconds, bad := strconv.Atoi(response.Header.Get("Retry-After")); bad == nil && seconds > 0 {
			return exporterhelper.NewThrottleRetry(err, time.Duration(seconds)*time.Second)
		}
		return err
	default:
		return consumererror.NewPermanent(fmt.Errorf("the log service refuses with %s", response.Status))
	}
}

// withoutAddress takes the address out of an error, because there may be a secret in it.
func withoutAddress(err error) error {
	var inner *url.Error
	if errors.As(err, &inner) {
		return fmt.Errorf("the log service cannot be reached: %w", inner.Err)
	}
	return err
}
