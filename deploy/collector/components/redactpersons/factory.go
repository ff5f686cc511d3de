// Package redactpersons is a processor that takes e-mail addresses and IP addresses out of everything that passes: texts and
// attributes of logs, of spans with their events and links, and of metrics with their exemplars. Nothing is to be set.
package redactpersons

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processorhelper"
)

// Config is empty: what a person's address looks like is no matter of taste.
type Config struct{}

// NewFactory makes the factory of the processor redact_persons.
func NewFactory() processor.Factory {
	return processor.NewFactory(
		component.MustNewType("redact_persons"),
		func() component.Config { return &Config{} },
		processor.WithLogs(newLogs, component.StabilityLevelBeta),
		processor.WithTraces(newTraces, component.StabilityLevelBeta),
		processor.WithMetrics(newMetrics, component.StabilityLevelBeta),
	)
}

var mutates = processorhelper.WithCapabilities(consumer.Capabilities{MutatesData: true})

func newLogs(ctx context.Context, set processor.Settings, cfg component.Config, next consumer.Logs) (processor.Logs, error) {
	return processorhelper.NewLogs(ctx, set, cfg, next, func(_ context.Context, logs plog.Logs) (plog.Logs, error) {
		maskLogs(logs)
		return logs, nil
	}, mutates)
}

func newTraces(ctx context.Context, set processor.Settings, cfg component.Config, next consumer.Traces) (processor.Traces, error) {
	return processorhelper.NewTraces(ctx, set, cfg, next, func(_ context.Context, traces ptrace.Traces) (ptrace.Traces, error) {
		maskTraces(traces)
		return traces, nil
	}, mutates)
}

func newMetrics(ctx context.Context, set processor.Settings, cfg component.Config, next consumer.Metrics) (processor.Metrics, error) {
	return processorhelper.NewMetrics(ctx, set, cfg, next, func(_ context.Context, metrics pmetric.Metrics) (pmetric.Metrics, error) {
		maskMetrics(metrics)
		return metrics, nil
	}, mutates)
}
