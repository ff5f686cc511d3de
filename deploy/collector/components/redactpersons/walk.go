package redactpersons

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// Every place where a sender can put text. Keys of attributes and names of metrics and scopes are written by programmers,
// not by data, and stay.

func maskLogs(logs plog.Logs) {
	for _, resource := range logs.ResourceLogs().All() {
		maskMap(resource.Resource().Attributes())
		for _, scope := range resource.ScopeLogs().All() {
			maskMap(scope.Scope().Attributes())
			for _, record := range scope.LogRecords().All() {
				maskMap(record.Attributes())
				maskValue(record.Body())
			}
		}
	}
}

func maskTraces(traces ptrace.Traces) {
	for _, resource := range traces.ResourceSpans().All() {
		maskMap(resource.Resource().Attributes())
		for _, scope := range resource.ScopeSpans().All() {
			maskMap(scope.Scope().Attributes())
			for _, span := range scope.Spans().All() {
				maskSpan(span)
			}
		}
	}
}

func maskSpan(span ptrace.Span) {
	maskText(span.Name(), span.SetName)
	maskText(span.Status().Message(), span.Status().SetMessage)
	maskMap(span.Attributes())
	for _, event := range span.Events().All() {
		maskText(event.Name(), event.SetName)
		maskMap(event.Attributes())
	}
	for _, link := range span.Links().All() {
		maskMap(link.Attributes())
	}
}

func maskMetrics(metrics pmetric.Metrics) {
	for _, resource := range metrics.ResourceMetrics().All() {
		maskMap(resource.Resource().Attributes())
		for _, scope := range resource.ScopeMetrics().All() {
			maskMap(scope.Scope().Attributes())
			for _, metric := range scope.Metrics().All() {
				maskMetric(metric)
			}
		}
	}
}

func maskMetric(metric pmetric.Metric) {
	switch metric.Type() {
	case pmetric.MetricTypeGauge:
		maskPoints(metric.Gauge().DataPoints())
	case pmetric.MetricTypeSum:
		maskPoints(metric.Sum().DataPoints())
	case pmetric.MetricTypeHistogram:
		for _, point := range metric.Histogram().DataPoints().All() {
			maskMap(point.Attributes())
			maskExemplars(point.Exemplars())
		}
	case pmetric.MetricTypeExponentialHistogram:
		for _, point := range metric.ExponentialHistogram().DataPoints().All() {
			maskMap(point.Attributes())
			maskExemplars(point.Exemplars())
		}
	case pmetric.MetricTypeSummary:
		for _, point := range metric.Summary().DataPoints().All() {
			maskMap(point.Attributes())
		}
	case pmetric.MetricTypeEmpty:
	}
}

func maskPoints(points pmetric.NumberDataPointSlice) {
	for _, point := range points.All() {
		maskMap(point.Attributes())
		maskExemplars(point.Exemplars())
	}
}

func maskExemplars(exemplars pmetric.ExemplarSlice) {
	for _, exemplar := range exemplars.All() {
		maskMap(exemplar.FilteredAttributes())
	}
}

func maskMap(attributes pcommon.Map) {
	for _, value := range attributes.All() {
		maskValue(value)
	}
}

func maskValue(value pcommon.Value) {
	switch value.Type() {
	case pcommon.ValueTypeStr:
		maskText(value.Str(), value.SetStr)
	case pcommon.ValueTypeMap:
		maskMap(value.Map())
	case pcommon.ValueTypeSlice:
		for _, inner := range value.Slice().All() {
			maskValue(inner)
		}
	case pcommon.ValueTypeBytes:
		bytes := value.Bytes()
		maskText(string(bytes.AsRaw()), func(text string) { bytes.FromRaw([]byte(text)) })
	case pcommon.ValueTypeEmpty, pcommon.ValueTypeInt, pcommon.ValueTypeDouble, pcommon.ValueTypeBool:
	}
}

// maskText writes only what it changes, so that most data are only read.
func maskText(text string, set func(string)) {
	if changed := mask(text); changed != text {
		set(changed)
	}
}
