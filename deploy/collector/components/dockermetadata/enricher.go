package dockermetadata

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/zap"
)

// More containers than a machine has at once; beyond that the memory of them is cleared and filled again.
const mostKnown = 1000

// Adds to logs what is known of their container. What a container is called does not change while it lives, so Docker is
// asked once for each.
type enricher struct {
	look   func(ctx context.Context, id string) (*container, error)
	labels map[string]string
	log    *zap.Logger

	mutex sync.Mutex
	known map[string]*container
}

// enrich gives an error when Docker does not answer, so that the receiver keeps the lines and tries again: without its
// labels it cannot be told which container's logs are wanted.
func (e *enricher) enrich(ctx context.Context, logs plog.Logs) (plog.Logs, error) {
	for _, resource := range logs.ResourceLogs().All() {
		attributes := resource.Resource().Attributes()
		id, found := attributes.Get("container.id")
		if !found {
			continue
		}
		c, err := e.container(ctx, id.AsString())
		if err != nil {
			return logs, err
		}
		if c != nil {
			e.add(c, attributes)
		}
	}
	return logs, nil
}

// container gives nil for a container that is gone already: its last lines are worth more than its name.
func (e *enricher) container(ctx context.Context, id string) (*container, error) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if c, found := e.known[id]; found {
		return c, nil
	}
	c, err := e.look(ctx, id)
	if errors.Is(err, errUnknown) {
		e.log.Warn("A container was removed before its logs were read, they are sent without its name", zap.String("container.id", id))
	} else if err != nil {
		return nil, fmt.Errorf("cannot ask Docker about a container: %w", err)
	}
	if len(e.known) >= mostKnown {
		clear(e.known)
	}
	e.known[id] = c
	return c, nil
}

func (e *enricher) add(c *container, attributes pcommon.Map) {
	attributes.PutStr("container.name", c.Name)
	attributes.PutStr("container.image.name", c.Config.Image)
	for label, attribute := range e.labels {
		if value, found := c.Config.Labels[label]; found {
			attributes.PutStr(attribute, value)
		}
	}
}
