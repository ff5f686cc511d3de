package besteffort

import (
	"context"
	"errors"
	"net"
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

func TestAnOptionalDestinationGetsNothingUntilItIsThere(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())

	set := processortest.NewNopSettings(component.MustNewType("best_effort"))
	sink := new(consumertest.LogsSink)
	config := &Config{Destination: "http://" + address}
	require.NoError(t, config.Validate())
	l, err := NewFactory().CreateLogs(ctx, set, config, sink)
	require.NoError(t, err)
	require.NoError(t, l.Start(ctx, nil))
	t.Cleanup(func() { require.NoError(t, l.Shutdown(ctx)) })
	require.NoError(t, l.ConsumeLogs(ctx, plog.NewLogs()))
	assert.Empty(t, sink.AllLogs())

	listener, err = net.Listen("tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { listener.Close() })
	l.(logs).presence.look(false)
	require.NoError(t, l.ConsumeLogs(ctx, plog.NewLogs()))
	assert.Len(t, sink.AllLogs(), 1)
}

func TestAWrongDestinationIsRefused(t *testing.T) {
	assert.Error(t, (&Config{Destination: "prometheus:9090"}).Validate())
	assert.NoError(t, (&Config{}).Validate())
}
