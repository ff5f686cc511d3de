// Package dailylimit is a processor that lets so many bytes pass per UTC day and drops what is over. It counts what it drops
// and says so once a day in the collector's own log.
//
// Every signal has a limit of its own, so that one chatty signal does not silence the others. A processor with a storage
// belongs into one pipeline per signal: two would keep their counts under the same name, and the storage refuses that at
// the start.
package dailylimit

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pipeline"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processorhelper"
)

const defaultLimit = 500_000_000

// NewFactory makes the factory of the processor daily_limit.
func NewFactory() processor.Factory {
	return processor.NewFactory(
		component.MustNewType("daily_limit"),
		func() component.Config {
			return &Config{Logs: defaultLimit, Traces: defaultLimit, Metrics: defaultLimit}
		},
		processor.WithLogs(newLogs, component.StabilityLevelBeta),
		processor.WithTraces(newTraces, component.StabilityLevelBeta),
		processor.WithMetrics(newMetrics, component.StabilityLevelBeta),
	)
}

func newLogs(ctx context.Context, set processor.Settings, cfg component.Config, next consumer.Logs) (processor.Logs, error) {
	config := cfg.(*Config)
	l, err := newLimiter(set, pipeline.SignalLogs, config.Logs, config.Storage)
	if err != nil {
		return nil, err
	}
	sizer := &plog.ProtoMarshaler{}
	return processorhelper.NewLogs(ctx, set, cfg, next,
		func(ctx context.Context, logs plog.Logs) (plog.Logs, error) {
			return logs, l.admit(ctx, sizer.LogsSize(logs), logs.LogRecordCount())
		}, l.options()...)
}

func newTraces(ctx context.Context, set processor.Settings, cfg component.Config, next consumer.Traces) (processor.Traces, error) {
	config := cfg.(*Config)
	l, err := newLimiter(set, pipeline.SignalTraces, config.Traces, config.Storage)
	if err != nil {
		return nil, err
	}
	sizer := &ptrace.ProtoMarshaler{}
	return processorhelper.NewTraces(ctx, set, cfg, next,
		func(ctx context.Context, traces ptrace.Traces) (ptrace.Traces, error) {
			return traces, l.admit(ctx, sizer.TracesSize(traces), traces.SpanCount())
		}, l.options()...)
}

func newMetrics(ctx context.Context, set processor.Settings, cfg component.Config, next consumer.Metrics) (processor.Metrics, error) {
	config := cfg.(*Config)
	l, err := newLimiter(set, pipeline.SignalMetrics, config.Metrics, config.Storage)
	if err != nil {
		return nil, err
	}
	sizer := &pmetric.ProtoMarshaler{}
	return processorhelper.NewMetrics(ctx, set, cfg, next,
		func(ctx context.Context, metrics pmetric.Metrics) (pmetric.Metrics, error) {
			return metrics, l.admit(ctx, sizer.MetricsSize(metrics), metrics.DataPointCount())
		}, l.options()...)
}
