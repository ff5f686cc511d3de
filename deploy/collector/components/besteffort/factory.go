// Package besteffort is a processor that stands first in the pipeline of a destination: what the destination cannot take is
// given up for this destination alone. Without it an error would go back to the sender, who would send the same again, to
// all destinations. Exporters count what they could not send or queue; this says it in the log, at most once a minute.
//
// Told where an optional destination should be, it hands nothing on while nobody listens there. That is the viewer of a
// stack in which none was started: neither errors nor queues, and one line of log.
package besteffort

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.uber.org/zap"
)

const tellEvery = time.Minute

var errDestination = errors.New("destination: is not an http or https address")

// Config is empty for a destination that should always be there.
type Config struct {
	// Where an optional destination is, for example http://prometheus:9090.
	Destination string `mapstructure:"destination"`
}

// Validate refuses what is no address.
func (c *Config) Validate() error {
	if c.Destination == "" {
		return nil
	}
	_, err := addressOf(c.Destination)
	return err
}

// NewFactory makes the factory of the processor best_effort.
func NewFactory() processor.Factory {
	return processor.NewFactory(
		component.MustNewType("best_effort"),
		func() component.Config { return &Config{} },
		processor.WithLogs(newLogs, component.StabilityLevelBeta),
		processor.WithTraces(newTraces, component.StabilityLevelBeta),
		processor.WithMetrics(newMetrics, component.StabilityLevelBeta),
	)
}

// What the three signals have in common.
type giver struct {
	component.StartFunc
	component.ShutdownFunc

	// Nil for a destination that should always be there.
	presence *presence

	log  *zap.Logger
	now  func() time.Time
	lock sync.Mutex
	told time.Time
}

// Capabilities says that nothing is changed.
func (*giver) Capabilities() consumer.Capabilities { return consumer.Capabilities{MutatesData: false} }

// absent says whether there is nobody to hand something to.
func (g *giver) absent() bool { return g.presence != nil && !g.presence.there.Load() }

// giveUp tells of an error, unless one was told of a moment ago.
func (g *giver) giveUp(err error) {
	if err == nil {
		return
	}
	g.lock.Lock()
	defer g.lock.Unlock()
	if now := g.now(); now.Sub(g.told) >= tellEvery {
		g.told = now
		g.log.Warn("A destination does not take what it is given; it is given up for this destination", zap.Error(err))
	}
}

type logs struct {
	*giver
	next consumer.Logs
}

// ConsumeLogs hands logs on.
func (l logs) ConsumeLogs(ctx context.Context, data plog.Logs) error {
	if !l.absent() {
		l.giveUp(l.next.ConsumeLogs(ctx, data))
	}
	return nil
}

type traces struct {
	*giver
	next consumer.Traces
}

// ConsumeTraces hands traces on.
func (t traces) ConsumeTraces(ctx context.Context, data ptrace.Traces) error {
	if !t.absent() {
		t.giveUp(t.next.ConsumeTraces(ctx, data))
	}
	return nil
}

type metrics struct {
	*giver
	next consumer.Metrics
}

// ConsumeMetrics hands metrics on.
func (m metrics) ConsumeMetrics(ctx context.Context, data pmetric.Metrics) error {
	if !m.absent() {
		m.giveUp(m.next.ConsumeMetrics(ctx, data))
	}
	return nil
}

func newGiver(set processor.Settings, config component.Config) (*giver, error) {
	g := &giver{log: set.Logger, now: time.Now}
	destination := config.(*Config).Destination
	if destination == "" {
		return g, nil
	}
	presence, err := newPresence(destination, set.Logger)
	g.presence, g.StartFunc, g.ShutdownFunc = presence, presence.start, presence.stop
	return g, err
}

func newLogs(_ context.Context, set processor.Settings, config component.Config, next consumer.Logs) (processor.Logs, error) {
	g, err := newGiver(set, config)
	return logs{g, next}, err
}

func newTraces(_ context.Context, set processor.Settings, config component.Config, next consumer.Traces) (processor.Traces, error) {
	g, err := newGiver(set, config)
	return traces{g, next}, err
}

func newMetrics(_ context.Context, set processor.Settings, config component.Config, next consumer.Metrics) (processor.Metrics, error) {
	g, err := newGiver(set, config)
	return metrics{g, next}, err
}
