package dailylimit

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

func logsOf(body string) plog.Logs {
	logs := plog.NewLogs()
	logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetStr(body)
	return logs
}

func sizeOf(logs plog.Logs) Size {
	return Size((&plog.ProtoMarshaler{}).LogsSize(logs))
}

func sum(t *testing.T, telemetry *componenttest.Telemetry, name string) int64 {
	t.Helper()
	metric, err := telemetry.GetMetric(name)
	require.NoError(t, err)
	points := metric.Data.(metricdata.Sum[int64]).DataPoints
	require.Len(t, points, 1)
	return points[0].Value
}

func settings(telemetry *componenttest.Telemetry) processor.Settings {
	set := processortest.NewNopSettings(component.MustNewType("daily_limit"))
	set.TelemetrySettings = telemetry.NewTelemetrySettings()
	return set
}

func TestWhatIsOverIsDroppedAndCountedAndTheSenderSeesNoError(t *testing.T) {
	ctx := context.Background()
	telemetry := componenttest.NewTelemetry()
	sink := new(consumertest.LogsSink)
	config := &Config{Logs: sizeOf(logsOf("first")), Traces: 1, Metrics: 1}
	p, err := NewFactory().CreateLogs(ctx, settings(telemetry), config, sink)
	require.NoError(t, err)
	require.NoError(t, p.Start(ctx, componenttest.NewNopHost()))
	assert.Equal(t, int64(0), sum(t, telemetry, "otelcol_processor_daily_limit_dropped_items"), "visible before anything is dropped")

	require.NoError(t, p.ConsumeLogs(ctx, logsOf("first")))
	require.NoError(t, p.ConsumeLogs(ctx, logsOf("over")))
	assert.Equal(t, 1, sink.LogRecordCount())
	assert.Equal(t, int64(1), sum(t, telemetry, "otelcol_processor_daily_limit_dropped_items"))
	assert.Equal(t, int64(sizeOf(logsOf("over"))), sum(t, telemetry, "otelcol_processor_daily_limit_dropped_bytes"))
	require.NoError(t, p.Shutdown(ctx))
}

func TestEachSignalHasALimitOfItsOwn(t *testing.T) {
	ctx := context.Background()
	telemetry := componenttest.NewTelemetry()
	config := &Config{Logs: 1, Traces: 1000, Metrics: 1000}
	logs, spans, points := new(consumertest.LogsSink), new(consumertest.TracesSink), new(consumertest.MetricsSink)

	l, err := NewFactory().CreateLogs(ctx, settings(telemetry), config, logs)
	require.NoError(t, err)
	require.NoError(t, l.ConsumeLogs(ctx, logsOf("over")))
	assert.Zero(t, logs.LogRecordCount())

	traces := ptrace.NewTraces()
	traces.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty().SetName("fits")
	tr, err := NewFactory().CreateTraces(ctx, settings(telemetry), config, spans)
	require.NoError(t, err)
	require.NoError(t, tr.ConsumeTraces(ctx, traces))
	assert.Equal(t, 1, spans.SpanCount())

	metrics := pmetric.NewMetrics()
	metrics.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty().SetEmptyGauge().DataPoints().AppendEmpty().SetIntValue(1)
	m, err := NewFactory().CreateMetrics(ctx, settings(telemetry), config, points)
	require.NoError(t, err)
	require.NoError(t, m.ConsumeMetrics(ctx, metrics))
	assert.Equal(t, 1, points.DataPointCount())
}

func TestAnotherProcessGoesOnCountingWhereTheStorageKnows(t *testing.T) {
	ctx := context.Background()
	id := component.MustNewID("file_storage")
	host := hostWith{id: &memory{stored: map[string][]byte{}}}
	config := &Config{Logs: sizeOf(logsOf("first")), Traces: 1, Metrics: 1, Storage: &id}
	sink := new(consumertest.LogsSink)
	for _, body := range []string{"first", "after a restart"} {
		p, err := NewFactory().CreateLogs(ctx, settings(componenttest.NewTelemetry()), config, sink)
		require.NoError(t, err)
		require.NoError(t, p.Start(ctx, host))
		require.NoError(t, p.ConsumeLogs(ctx, logsOf(body)))
		require.NoError(t, p.Shutdown(ctx))
	}
	assert.Equal(t, 1, sink.LogRecordCount())
}

func TestAMissingStorageIsNamedAtTheStart(t *testing.T) {
	id := component.MustNewID("file_storage")
	config := &Config{Logs: 1, Traces: 1, Metrics: 1, Storage: &id}
	p, err := NewFactory().CreateLogs(context.Background(), settings(componenttest.NewTelemetry()), config, new(consumertest.LogsSink))
	require.NoError(t, err)
	assert.ErrorContains(t, p.Start(context.Background(), componenttest.NewNopHost()), `storage "file_storage" is not among the extensions`)
}

func TestSizesAreReadWithAndWithoutUnit(t *testing.T) {
	for written, bytes := range map[string]Size{"500MB": 500_000_000, "2 GiB": 2 << 30, "17": 17, "1kB": 1000, "3B": 3} {
		var size Size
		require.NoError(t, size.UnmarshalText([]byte(written)), written)
		assert.Equal(t, bytes, size, written)
	}
	for _, wrong := range []string{"", "MB", "-1", "5 apples", "99999999999TB"} {
		var size Size
		assert.Error(t, size.UnmarshalText([]byte(wrong)), wrong)
	}
	assert.ErrorContains(t, (&Config{Logs: 1, Traces: 0, Metrics: 1}).Validate(), "traces")
}

type hostWith map[component.ID]component.Component

func (h hostWith) GetExtensions() map[component.ID]component.Component { return h }

// A storage that outlives its clients, as a file does.
type memory struct {
	component.StartFunc
	component.ShutdownFunc
	stored map[string][]byte
}

func (m *memory) GetClient(context.Context, component.Kind, component.ID, string) (storage.Client, error) {
	return m, nil
}
func (m *memory) Get(_ context.Context, key string) ([]byte, error) { return m.stored[key], nil }
func (m *memory) Set(_ context.Context, key string, value []byte) error {
	m.stored[key] = value
	return nil
}
func (m *memory) Delete(_ context.Context, key string) error         { delete(m.stored, key); return nil }
func (m *memory) Batch(context.Context, ...*storage.Operation) error { return nil }
func (m *memory) Walk(context.Context, storage.WalkFunc) error       { return nil }
func (m *memory) Close(context.Context) error                        { return nil }
