package jsonlines

import (
	"encoding/json"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// line writes one record as a flat JSON object. Attributes of the record win over those of its resource, and the fields
// that every record has win over both.
func line(resource pcommon.Resource, record plog.LogRecord) ([]byte, error) {
	fields := resource.Attributes().AsRaw()
	for name, value := range record.Attributes().AsRaw() {
		fields[name] = value
	}
	when := record.Timestamp()
	if when == 0 {
		when = record.ObservedTimestamp()
	}
	fields["timestamp"] = when.AsTime().Format(time.RFC3339Nano)
	fields["message"] = record.Body().AsString()
	if text := record.SeverityText(); text != "" {
		fields["severity"] = text
	} else if number := record.SeverityNumber(); number != plog.SeverityNumberUnspecified {
		fields["severity"] = number.String()
	}
	if id := record.TraceID(); !id.IsEmpty() {
		fields["trace_id"] = id.String()
	}
	if id := record.SpanID(); !id.IsEmpty() {
		fields["span_id"] = id.String()
	}
	return json.Marshal(fields)
}
