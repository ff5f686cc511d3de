package dailylimit

import (
	"encoding/json"
	"sync"
	"time"
)

// What may pass on one day, and what has passed already. Safe for many goroutines.
type budget struct {
	mutex sync.Mutex
	limit int64
	state state
}

// What is kept over a restart.
type state struct {
	// The day in UTC, as 2006-01-02.
	Day string `json:"day"`
	// Bytes that passed on this day.
	Used int64 `json:"used"`
	// Whether something was refused: from then on nothing passes on this day.
	Closed bool `json:"closed"`
	// The limit that was in force.
	Limit int64 `json:"limit"`
	// Bytes and items that were refused on this day.
	DroppedBytes int64 `json:"dropped_bytes"`
	DroppedItems int64 `json:"dropped_items"`
}

// What became of one batch.
type verdict struct {
	accepted bool
	// The first batch that was refused today.
	first bool
	// What was refused on the day before, told once when a new day begins.
	yesterday state
}

// take asks for room for a batch. Once one did not fit, the day is closed for all that come later: which data are missing
// can then be said in one sentence, and a small batch does not slip by where a large one was refused.
func (b *budget) take(now time.Time, bytes, items int64) verdict {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	var v verdict
	if day := now.UTC().Format(time.DateOnly); day != b.state.Day {
		v.yesterday = b.state
		b.state = state{Day: day, Limit: b.limit}
	}
	if !b.state.Closed && b.state.Used+bytes <= b.limit {
		b.state.Used += bytes
		v.accepted = true
		return v
	}
	v.first = !b.state.Closed
	b.state.Closed = true
	b.state.DroppedBytes += bytes
	b.state.DroppedItems += items
	return v
}

// used says how many bytes passed on the day of now.
func (b *budget) used(now time.Time) int64 {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if now.UTC().Format(time.DateOnly) != b.state.Day {
		return 0
	}
	return b.state.Used
}

// save gives the state as it is to be stored.
func (b *budget) save() ([]byte, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return json.Marshal(b.state)
}

// restore takes a stored state. A raised limit opens a closed day again; nothing stored is a new day.
func (b *budget) restore(stored []byte) error {
	if stored == nil {
		return nil
	}
	var s state
	if err := json.Unmarshal(stored, &s); err != nil {
		return err
	}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	s.Closed = s.Closed && b.limit <= s.Limit
	s.Limit = b.limit
	b.state = s
	return nil
}
