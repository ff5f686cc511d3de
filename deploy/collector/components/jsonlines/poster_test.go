package jsonlines

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// A log service that keeps what it is sent and answers what it is told to.
type service struct {
	bodies []string
	status []int
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	unpacked, err := gzip.NewReader(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	body, _ := io.ReadAll(unpacked)
	s.bodies = append(s.bodies, string(body))
	if len(s.status) > 0 {
		w.WriteHeader(s.status[0])
		s.status = s.status[1:]
	}
}

func posterTo(t *testing.T, s *service, change func(*Config)) *poster {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	config := NewFactory().CreateDefaultConfig().(*Config)
	config.URL = configopaque.String(server.URL + "/bulk/s3cret/tag/nameit/")
	change(config)
	require.NoError(t, config.Validate())
	p := newPoster(config, componenttest.NewNopTelemetrySettings())
	require.NoError(t, p.start(context.Background(), componenttest.NewNopHost()))
	return p
}

func logsOf(bodies ...string) plog.Logs {
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "storage")
	records := resource.ScopeLogs().AppendEmpty().LogRecords()
	for _, body := range bodies {
		record := records.AppendEmpty()
		record.Body().SetStr(body)
		record.SetTimestamp(1_772_625_600_000_000_000)
		record.SetSeverityText("INFO")
	}
	return logs
}

func unchanged(*Config) {}

func TestARecordIsOneFlatLine(t *testing.T) {
	s := &service{}
	logs := logsOf("stored\nwell")
	record := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	record.Attributes().PutInt("count", 3)
	record.SetTraceID(pcommon.TraceID{1})
	record.SetSpanID(pcommon.SpanID{2})
	require.NoError(t, posterTo(t, s, unchanged).post(context.Background(), logs))
	require.Len(t, s.bodies, 1)
	assert.Equal(t, 1, strings.Count(s.bodies[0], "\n"))
	var fields map[string]any
	require.NoError(t, json.Unmarshal([]byte(s.bodies[0]), &fields))
	assert.Equal(t, map[string]any{
		"timestamp": "2026-03-04T12:00:00Z", "severity": "INFO", "message": "stored\nwell", "service.name": "storage",
		"count": 3.0, "trace_id": "01000000000000000000000000000000", "span_id": "0200000000000000",
	}, fields)
}

func TestElasticsearchsLineStandsBeforeEveryRecord(t *testing.T) {
	s := &service{}
	// As it comes out of a file whose last line has an end.
	p := posterTo(t, s, func(c *Config) { c.Before = "{\"index\":{\"_index\":\"token\n\"}}" })
	require.NoError(t, p.post(context.Background(), logsOf("a", "b")))
	lines := strings.Split(strings.TrimSuffix(s.bodies[0], "\n"), "\n")
	require.Len(t, lines, 4)
	assert.Equal(t, `{"index":{"_index":"token"}}`, lines[0])
	assert.Equal(t, lines[0], lines[2])
	assert.Contains(t, lines[3], `"message":"b"`)
}

func TestABatchGoesInRequestsOfTheAllowedSizeAndOnlyTheUnsentIsTriedAgain(t *testing.T) {
	s := &service{status: []int{http.StatusOK, http.StatusServiceUnavailable}}
	one, err := line(logsOf("x").ResourceLogs().At(0).Resource(), logsOf("x").ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0))
	require.NoError(t, err)
	p := posterTo(t, s, func(c *Config) { c.MaxRequestBytes = 2 * (len(one) + 1) })

	err = p.post(context.Background(), logsOf("a", "b", "c", "d", "e"))
	var failed consumererror.Logs
	require.ErrorAs(t, err, &failed)
	assert.False(t, consumererror.IsPermanent(err))
	assert.Equal(t, 3, failed.Data().LogRecordCount())

	require.NoError(t, p.post(context.Background(), failed.Data()))
	all := strings.Join(s.bodies, "")
	for body, times := range map[string]int{"a": 1, "b": 1, "c": 2, "d": 2, "e": 1} {
		assert.Equal(t, times, strings.Count(all, `"message":"`+body+`"`), body)
	}
}

func TestARecordThatIsTooLargeIsLeftOutAndTheOthersAreSent(t *testing.T) {
	s := &service{}
	p := posterTo(t, s, func(c *Config) { c.MaxRequestBytes = 200 })
	require.NoError(t, p.post(context.Background(), logsOf("a", strings.Repeat("x", 300), "b")))
	all := strings.Join(s.bodies, "")
	assert.Contains(t, all, `"message":"a"`)
	assert.Contains(t, all, `"message":"b"`)
	assert.NotContains(t, all, "xxx")
}

func TestARefusalIsFinalAndNoErrorShowsTheSecret(t *testing.T) {
	s := &service{status: []int{http.StatusForbidden}}
	err := posterTo(t, s, unchanged).post(context.Background(), logsOf("a"))
	assert.True(t, consumererror.IsPermanent(err))

	away := posterTo(t, s, func(c *Config) { c.URL = "http://127.0.0.1:1/bulk/s3cret/" })
	err = away.post(context.Background(), logsOf("a"))
	require.Error(t, err)
	assert.False(t, consumererror.IsPermanent(err))
	assert.NotContains(t, err.Error(), "s3cret")
}

func TestAWrongAddressIsRefusedWithoutShowingIt(t *testing.T) {
	config := NewFactory().CreateDefaultConfig().(*Config)
	config.URL = "s3cret"
	err := config.Validate()
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "s3cret")
}
