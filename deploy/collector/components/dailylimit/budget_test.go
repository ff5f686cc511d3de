package dailylimit

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	noon     = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	midnight = time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)
)

func TestWhatFitsPassesAndNothingMoreUntilMidnight(t *testing.T) {
	b := &budget{limit: 100}
	assert.True(t, b.take(noon, 60, 6).accepted)
	assert.True(t, b.take(noon, 40, 4).accepted, "exactly the limit still passes")
	over := b.take(noon, 1, 1)
	assert.False(t, over.accepted)
	assert.True(t, over.first)
	assert.False(t, b.take(midnight.Add(-time.Nanosecond), 1, 1).first, "is told once")
	assert.Equal(t, int64(100), b.used(noon))

	next := b.take(midnight, 10, 1)
	assert.True(t, next.accepted)
	assert.Equal(t, int64(2), next.yesterday.DroppedItems)
	assert.Equal(t, int64(10), b.used(midnight))
	assert.Equal(t, int64(0), b.used(noon), "yesterday is not today")
}

func TestASmallBatchDoesNotSlipByAfterALargeOneWasRefused(t *testing.T) {
	b := &budget{limit: 100}
	assert.True(t, b.take(noon, 50, 1).accepted)
	assert.False(t, b.take(noon, 51, 1).accepted)
	assert.False(t, b.take(noon, 1, 1).accepted)
}

func TestTheDayIsThatOfUTC(t *testing.T) {
	west := time.FixedZone("west", -8*3600)
	b := &budget{limit: 100}
	assert.True(t, b.take(midnight.Add(-time.Hour).In(west), 100, 1).accepted)
	assert.True(t, b.take(midnight.In(west), 100, 1).accepted)
}

func TestTheCountSurvivesARestart(t *testing.T) {
	b := &budget{limit: 100}
	b.take(noon, 90, 1)
	b.take(noon, 20, 1)
	stored, err := b.save()
	require.NoError(t, err)

	same := &budget{limit: 100}
	require.NoError(t, same.restore(stored))
	assert.False(t, same.take(noon, 1, 1).accepted)
	assert.True(t, same.take(midnight, 1, 1).accepted)

	raised := &budget{limit: 200}
	require.NoError(t, raised.restore(stored))
	assert.True(t, raised.take(noon, 1, 1).accepted, "a raised limit opens the day again")
	assert.Equal(t, int64(91), raised.used(noon))

	require.NoError(t, (&budget{limit: 1}).restore(nil))
	assert.Error(t, (&budget{limit: 1}).restore([]byte("not ours")))
}
