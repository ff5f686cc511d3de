package besteffort

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

var ctx = context.Background()

func TestTheSenderSeesNoErrorOfADestination(t *testing.T) {
	set := processortest.NewNopSettings(component.MustNewType("best_effort"))
	failing := consumertest.NewErr(errors.New("sending queue is full"))
	l, err := NewFactory().CreateLogs(ctx, set, &Config{}, failing)
	require.NoError(t, err)
	assert.NoError(t, l.ConsumeLogs(ctx, plog.NewLogs()))
	tr, err := NewFactory().CreateTraces(ctx, set, &Config{}, failing)
	require.NoError(t, err)
	assert.NoError(t, tr.ConsumeTraces(ctx, ptrace.NewTraces()))
	m, err := NewFactory().CreateMetrics(ctx, set, &Config{}, failing)
	require.NoError(t, err)
	assert.NoError(t, m.ConsumeMetrics(ctx, pmetric.NewMetrics()))
}

func TestWhatADestinationTakesArrives(t *testing.T) {
	set := processortest.NewNopSettings(component.MustNewType("best_effort"))
	sink := new(consumertest.LogsSink)
	l, err := NewFactory().CreateLogs(ctx, set, &Config{}, sink)
	require.NoError(t, err)
	sent := plog.NewLogs()
	sent.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetStr("a line")
	require.NoError(t, l.ConsumeLogs(ctx, sent))
	assert.Equal(t, 1, sink.LogRecordCount())
}

func TestItIsToldOnceAMinute(t *testing.T) {
	core, told := observer.New(zap.WarnLevel)
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	g := &giver{log: zap.New(core), now: func() time.Time { return now }}
	g.giveUp(nil)
	assert.Zero(t, told.Len())
	for range 3 {
		g.giveUp(errors.New("full"))
	}
	assert.Equal(t, 1, told.Len())
	now = now.Add(tellEvery)
	g.giveUp(errors.New("full"))
	assert.Equal(t, 2, told.Len())
}
