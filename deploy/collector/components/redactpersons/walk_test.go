package redactpersons

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processortest"
)

const person = "ada@example.org"

var set = processortest.NewNopSettings(component.MustNewType("redact_persons"))

// Text as value, in a list, in a map in a map, and as bytes.
func fill(attributes pcommon.Map) {
	attributes.PutStr("plain", person)
	attributes.PutEmptySlice("list").AppendEmpty().SetStr(person)
	attributes.PutEmptyMap("outer").PutEmptyMap("inner").PutStr("deep", person)
	attributes.PutEmptyBytes("bytes").FromRaw([]byte(person))
	attributes.PutInt("number", 7)
}

func TestNothingOfAPersonIsLeftInLogs(t *testing.T) {
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	fill(resource.Resource().Attributes())
	scope := resource.ScopeLogs().AppendEmpty()
	fill(scope.Scope().Attributes())
	fill(scope.LogRecords().AppendEmpty().Attributes())
	scope.LogRecords().AppendEmpty().Body().SetStr("wrote to " + person)
	fill(scope.LogRecords().AppendEmpty().Body().SetEmptyMap())

	sink := new(consumertest.LogsSink)
	p, err := NewFactory().CreateLogs(context.Background(), set, &Config{}, sink)
	require.NoError(t, err)
	require.NoError(t, p.ConsumeLogs(context.Background(), logs))
	written, err := (&plog.ProtoMarshaler{}).MarshalLogs(sink.AllLogs()[0])
	require.NoError(t, err)
	assert.NotContains(t, string(written), person)
	assert.Contains(t, string(written), "wrote to ****")
}

func TestNothingOfAPersonIsLeftInTraces(t *testing.T) {
	traces := ptrace.NewTraces()
	resource := traces.ResourceSpans().AppendEmpty()
	fill(resource.Resource().Attributes())
	scope := resource.ScopeSpans().AppendEmpty()
	fill(scope.Scope().Attributes())
	span := scope.Spans().AppendEmpty()
	span.SetName("GET /" + person)
	span.Status().SetMessage("no such user: " + person)
	fill(span.Attributes())
	span.Events().AppendEmpty().SetName(person)
	fill(span.Events().At(0).Attributes())
	fill(span.Links().AppendEmpty().Attributes())

	sink := new(consumertest.TracesSink)
	p, err := NewFactory().CreateTraces(context.Background(), set, &Config{}, sink)
	require.NoError(t, err)
	require.NoError(t, p.ConsumeTraces(context.Background(), traces))
	written, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(sink.AllTraces()[0])
	require.NoError(t, err)
	assert.NotContains(t, string(written), person)
	assert.Contains(t, string(written), "no such user: ****")
}

func TestNothingOfAPersonIsLeftInMetrics(t *testing.T) {
	metrics := pmetric.NewMetrics()
	resource := metrics.ResourceMetrics().AppendEmpty()
	fill(resource.Resource().Attributes())
	scope := resource.ScopeMetrics().AppendEmpty()
	fill(scope.Scope().Attributes())
	gauge := scope.Metrics().AppendEmpty().SetEmptyGauge().DataPoints().AppendEmpty()
	fill(gauge.Attributes())
	fill(gauge.Exemplars().AppendEmpty().FilteredAttributes())
	sum := scope.Metrics().AppendEmpty().SetEmptySum().DataPoints().AppendEmpty()
	fill(sum.Attributes())
	histogram := scope.Metrics().AppendEmpty().SetEmptyHistogram().DataPoints().AppendEmpty()
	fill(histogram.Attributes())
	fill(histogram.Exemplars().AppendEmpty().FilteredAttributes())
	exponential := scope.Metrics().AppendEmpty().SetEmptyExponentialHistogram().DataPoints().AppendEmpty()
	fill(exponential.Attributes())
	fill(exponential.Exemplars().AppendEmpty().FilteredAttributes())
	fill(scope.Metrics().AppendEmpty().SetEmptySummary().DataPoints().AppendEmpty().Attributes())

	sink := new(consumertest.MetricsSink)
	p, err := NewFactory().CreateMetrics(context.Background(), set, &Config{}, sink)
	require.NoError(t, err)
	require.NoError(t, p.ConsumeMetrics(context.Background(), metrics))
	written, err := (&pmetric.ProtoMarshaler{}).MarshalMetrics(sink.AllMetrics()[0])
	require.NoError(t, err)
	assert.NotContains(t, string(written), person)
	assert.Contains(t, string(written), "****")
}
