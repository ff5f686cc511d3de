package dailylimit

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/component"
)

// Config says how much may pass per UTC day, for each signal on its own.
type Config struct {
	Logs    Size `mapstructure:"logs"`
	Traces  Size `mapstructure:"traces"`
	Metrics Size `mapstructure:"metrics"`
	// A storage extension that keeps the count over a restart of the collector. Without one a restart begins a new day.
	Storage *component.ID `mapstructure:"storage"`
}

// Validate refuses a limit that would drop everything by mistake.
func (c *Config) Validate() error {
	for name, size := range map[string]Size{"logs": c.Logs, "traces": c.Traces, "metrics": c.Metrics} {
		if size <= 0 {
			return fmt.Errorf("%s: a limit of %d bytes a day would drop everything", name, size)
		}
	}
	return nil
}

// Size is a number of bytes, written as a number or with a unit: 500MB, 2GiB.
type Size int64

var units = []struct {
	suffix string
	bytes  int64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
	{"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1},
}

var errSize = errors.New("a size is a number of bytes with or without a unit, for example 500MB or 2GiB")

// UnmarshalText reads a size.
func (s *Size) UnmarshalText(text []byte) error {
	written := strings.TrimSpace(string(text))
	factor := int64(1)
	for _, unit := range units {
		if rest, found := strings.CutSuffix(written, unit.suffix); found {
			written, factor = strings.TrimSpace(rest), unit.bytes
			break
		}
	}
	number, err := strconv.ParseInt(written, 10, 64)
	if err != nil || number < 0 || number > (1<<62)/factor {
		return errSize
	}
	*s = Size(number * factor)
	return nil
}
