package collector

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
)

// What must be nowhere in what is stored, and what is told of it.
var (
	persons = []string{"ada@example.org", "203.0.113.9", "2001:db8::17"}
	told    = "written by " + strings.Join(persons, " at ")
	kept    = "written by **** at **** at ****"
)

func logsOf(text string, size int) plogotlp.ExportRequest {
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "storage")
	record := resource.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	record.Body().SetStr(text)
	record.Attributes().PutStr("padding", strings.Repeat("x", size))
	return plogotlp.NewExportRequestFromLogs(logs)
}

func TestNothingOfAPersonIsStored(t *testing.T) {
	ctx := context.Background()
	c := start(t, t.TempDir(), nil, "gateway.yaml")
	connection := c.dial()

	request := logsOf(told, 0)
	request.Logs().ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes().PutStr("user", told)
	_, err := plogotlp.NewGRPCClient(connection).Export(ctx, request)
	require.NoError(t, err)

	traces := ptrace.NewTraces()
	resource := traces.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("who", told)
	span := resource.ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	span.SetName(told)
	span.SetTraceID(pcommon.TraceID{1})
	span.SetSpanID(pcommon.SpanID{1})
	span.Attributes().PutStr("client.address", persons[1])
	span.Status().SetMessage(told)
	span.Events().AppendEmpty().Attributes().PutStr("exception.message", told)
	_, err = ptraceotlp.NewGRPCClient(connection).Export(ctx, ptraceotlp.NewExportRequestFromTraces(traces))
	require.NoError(t, err)

	metrics := pmetric.NewMetrics()
	metric := metrics.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	metric.SetName("a.metric")
	point := metric.SetEmptyGauge().DataPoints().AppendEmpty()
	point.SetIntValue(1)
	point.Attributes().PutStr("who", told)
	_, err = pmetricotlp.NewGRPCClient(connection).Export(ctx, pmetricotlp.NewExportRequestFromMetrics(metrics))
	require.NoError(t, err)

	c.wait("everything is stored", func() bool {
		return len(c.logs()) > 0 && len(c.spans()) > 0 && len(c.metrics()["a.metric"]) > 0
	})
	for _, signal := range []string{"logs", "traces", "metrics"} {
		for _, person := range persons {
			assert.NotContains(t, c.file(signal), person, signal)
		}
		assert.Contains(t, c.file(signal), kept, signal)
	}
}

func TestTheDaysLimitHoldsOverARestartAndIsToldOnce(t *testing.T) {
	ctx := context.Background()
	data := t.TempDir()
	limit := []string{"OTELCOL_DAILY_LOGS=100kB"}
	c := start(t, data, limit, "gateway.yaml")
	client := plogotlp.NewGRPCClient(c.dial())
	for number := range 15 {
		_, err := client.Export(ctx, logsOf(fmt.Sprintf("line %d", number), 10_000))
		require.NoError(t, err, "who sends sees no error")
	}
	c.wait("nine are stored", func() bool { return len(c.logs()) == 9 })
	assert.Equal(t, "6", c.dropped())
	assert.Equal(t, 1, strings.Count(c.log.String(), "The limit of the day is reached"))
	c.stop()

	again := start(t, data, limit, "gateway.yaml")
	client = plogotlp.NewGRPCClient(again.dial())
	_, err := client.Export(ctx, logsOf("after the restart", 10))
	require.NoError(t, err)
	again.wait("it says that it dropped one more", func() bool { return again.dropped() == "1" })
	assert.Len(t, again.logs(), 9)
	again.stop()

	more := start(t, data, []string{"OTELCOL_DAILY_LOGS=1MB"}, "gateway.yaml")
	_, err = plogotlp.NewGRPCClient(more.dial()).Export(ctx, logsOf("with a higher limit", 10))
	require.NoError(t, err)
	more.wait("a higher limit opens the day again", func() bool { return len(more.logs()) == 10 })
}

// viewerAt is the environment for a viewer at one address.
func viewerAt(address string) []string {
	return []string{"NAMEIT_VIEWER_METRICS=http://" + address, "NAMEIT_VIEWER_LOGS=http://" + address, "NAMEIT_VIEWER_TRACES=http://" + address}
}

func TestADestinationThatDoesNotAnswerDisturbsNobody(t *testing.T) {
	ctx := context.Background()
	// It takes connections and nothing more.
	stuck, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { stuck.Close() })
	c := start(t, t.TempDir(), viewerAt(stuck.Addr().String()), "gateway.yaml", "exporters/viewer.yaml")
	client := plogotlp.NewGRPCClient(c.dial())
	// More than the queue of the destination holds.
	for number := range 60 {
		_, err := client.Export(ctx, logsOf(fmt.Sprintf("line %d", number), 300_000))
		require.NoError(t, err)
	}
	c.wait("all are stored", func() bool { return len(c.logs()) >= 60 })
	assert.Len(t, c.logs(), 60, "and each of them once")
	assert.Contains(t, c.log.String(), "is given up for this destination")
}

func TestAViewerThatIsNotThereIsNoErrorAndGetsWhatComesWhenItIs(t *testing.T) {
	ctx := context.Background()
	address := freeAddress(t)
	c := start(t, t.TempDir(), viewerAt(address), "gateway.yaml", "exporters/viewer.yaml")
	client := plogotlp.NewGRPCClient(c.dial())
	_, err := client.Export(ctx, logsOf("nobody looks", 10))
	require.NoError(t, err)
	c.wait("it is stored", func() bool { return len(c.logs()) == 1 })

	var got atomic.Int64
	listener, err := net.Listen("tcp", address)
	require.NoError(t, err)
	viewer := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		if strings.HasSuffix(request.URL.Path, "/v1/logs") {
			got.Add(1)
		}
	})}
	go viewer.Serve(listener) //nolint:errcheck // ends with Close
	t.Cleanup(func() { viewer.Close() })
	c.wait("the viewer is found", func() bool { return strings.Contains(c.log.String(), "The destination is there") })
	c.wait("the viewer gets logs", func() bool {
		_, err := client.Export(ctx, logsOf("now it does", 10))
		require.NoError(t, err)
		return got.Load() > 0
	})
	assert.NotContains(t, c.log.String(), `"level":"error"`)
	assert.NotContains(t, c.log.String(), "is given up")
}
