package dailylimit

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/pipeline"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processorhelper"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"
)

const (
	scope = "nameit.invalid/collector/components/dailylimit"
	key   = "state"
	// A kill forgets at most what passed in this time.
	saveEvery = 10 * time.Second
)

// One signal's limit, with its clock, its storage and its own metrics.
type limiter struct {
	id      component.ID
	signal  pipeline.Signal
	budget  *budget
	now     func() time.Time
	log     *zap.Logger
	storage *component.ID
	client  storage.Client

	attributes   metric.MeasurementOption
	droppedBytes metric.Int64Counter
	droppedItems metric.Int64Counter
	gauges       metric.Registration

	end  chan struct{}
	done sync.WaitGroup
}

func newLimiter(set processor.Settings, signal pipeline.Signal, limit Size, storage *component.ID) (*limiter, error) {
	l := &limiter{
		id:         set.ID,
		signal:     signal,
		budget:     &budget{limit: int64(limit)},
		now:        time.Now,
		log:        set.Logger,
		storage:    storage,
		attributes: metric.WithAttributeSet(attribute.NewSet(attribute.String("signal", signal.String()))),
		end:        make(chan struct{}),
	}
	return l, l.instruments(set.MeterProvider.Meter(scope))
}

func (l *limiter) instruments(meter metric.Meter) error {
	var errs [5]error
	var used, limit metric.Int64ObservableGauge
	l.droppedBytes, errs[0] = meter.Int64Counter("otelcol_processor_daily_limit_dropped_bytes",
		metric.WithUnit("By"), metric.WithDescription("Bytes dropped because the day's limit was reached."))
	l.droppedItems, errs[1] = meter.Int64Counter("otelcol_processor_daily_limit_dropped_items",
		metric.WithUnit("{item}"), metric.WithDescription("Log records, spans or data points dropped because the day's limit was reached."))
	used, errs[2] = meter.Int64ObservableGauge("otelcol_processor_daily_limit_used",
		metric.WithUnit("By"), metric.WithDescription("Bytes that passed since midnight UTC."))
	limit, errs[3] = meter.Int64ObservableGauge("otelcol_processor_daily_limit_limit",
		metric.WithUnit("By"), metric.WithDescription("Bytes that may pass per UTC day."))
	l.gauges, errs[4] = meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		o.ObserveInt64(used, l.budget.used(l.now()), l.attributes)
		o.ObserveInt64(limit, l.budget.limit, l.attributes)
		return nil
	}, used, limit)
	return errors.Join(errs[:]...)
}

func (l *limiter) options() []processorhelper.Option {
	return []processorhelper.Option{
		processorhelper.WithStart(l.start),
		processorhelper.WithShutdown(l.shutdown),
		processorhelper.WithCapabilities(consumer.Capabilities{MutatesData: false}),
	}
}

// start reads what was counted before a restart, and makes the counters visible from the beginning with 0.
func (l *limiter) start(ctx context.Context, host component.Host) error {
	l.droppedBytes.Add(ctx, 0, l.attributes)
	l.droppedItems.Add(ctx, 0, l.attributes)
	if l.storage == nil {
		return nil
	}
	extension, found := host.GetExtensions()[*l.storage]
	if !found {
		return fmt.Errorf("storage %q is not among the extensions", l.storage)
	}
	store, right := extension.(storage.Extension)
	if !right {
		return fmt.Errorf("extension %q is not a storage", l.storage)
	}
	client, err := store.GetClient(ctx, component.KindProcessor, l.id, l.signal.String())
	if err != nil {
		return err
	}
	l.client = client
	stored, err := client.Get(ctx, key)
	if err != nil {
		return err
	}
	if err := l.budget.restore(stored); err != nil {
		l.log.Warn("The count of today's bytes cannot be read, counting begins anew", zap.Error(err))
	}
	l.done.Go(l.saveNowAndThen)
	return nil
}

func (l *limiter) saveNowAndThen() {
	ticker := time.NewTicker(saveEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if err := l.save(context.Background()); err != nil {
				l.log.Warn("The count of today's bytes cannot be stored", zap.Error(err))
			}
		case <-l.end:
			return
		}
	}
}

func (l *limiter) save(ctx context.Context) error {
	state, err := l.budget.save()
	if err != nil {
		return err
	}
	return l.client.Set(ctx, key, state)
}

func (l *limiter) shutdown(ctx context.Context) error {
	err := l.gauges.Unregister()
	if l.client == nil {
		return err
	}
	close(l.end)
	l.done.Wait()
	return errors.Join(err, l.save(ctx), l.client.Close(ctx))
}

// admit lets a batch pass, or has it skipped. The sender sees no error in either case: sending again would not help.
func (l *limiter) admit(ctx context.Context, bytes, items int) error {
	v := l.budget.take(l.now(), int64(bytes), int64(items))
	if v.yesterday.Closed {
		l.log.Warn("A new day begins, data pass again", zap.String("day", v.yesterday.Day),
			zap.Int64("dropped_bytes", v.yesterday.DroppedBytes), zap.Int64("dropped_items", v.yesterday.DroppedItems))
	}
	if v.accepted {
		return nil
	}
	if v.first {
		l.log.Warn("The limit of the day is reached, everything more is dropped until midnight UTC",
			zap.String("signal", l.signal.String()), zap.Int64("limit_bytes", l.budget.limit))
	}
	l.droppedBytes.Add(ctx, int64(bytes), l.attributes)
	l.droppedItems.Add(ctx, int64(items), l.attributes)
	return processorhelper.ErrSkipProcessingData
}
