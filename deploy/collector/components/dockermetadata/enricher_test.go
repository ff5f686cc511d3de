package dockermetadata

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"
)

// A Docker engine that knows one container and counts the questions.
type engine struct {
	asked  int
	status int
}

func (e *engine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.asked++
	switch {
	case e.status != 0:
		w.WriteHeader(e.status)
	case r.URL.Path == "/v1.44/containers/abc/json":
		fmt.Fprint(w, `{"Name":"/shop-db-1","Config":{"Image":"mongo:8","Labels":{"com.docker.compose.service":"db","secret":"x"}}}`)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func start(t *testing.T, e *engine) (processor.Logs, *consumertest.LogsSink) {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "docker.sock")
	listener, err := net.Listen("unix", socket)
	require.NoError(t, err)
	server := &http.Server{Handler: e}
	go server.Serve(listener) //nolint:errcheck // ends with Close
	t.Cleanup(func() { server.Close() })

	config := NewFactory().CreateDefaultConfig().(*Config)
	config.Endpoint = "unix://" + socket
	config.Labels = map[string]string{"com.docker.compose.service": "compose.service"}
	require.NoError(t, config.Validate())
	sink := new(consumertest.LogsSink)
	set := processortest.NewNopSettings(component.MustNewType("docker_metadata"))
	p, err := NewFactory().CreateLogs(context.Background(), set, config, sink)
	require.NoError(t, err)
	require.NoError(t, p.Start(context.Background(), componenttest.NewNopHost()))
	t.Cleanup(func() { require.NoError(t, p.Shutdown(context.Background())) })
	return p, sink
}

func from(id string) plog.Logs {
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr("container.id", id)
	resource.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().Body().SetStr("a line")
	return logs
}

func attributes(sink *consumertest.LogsSink, batch int) map[string]any {
	return sink.AllLogs()[batch].ResourceLogs().At(0).Resource().Attributes().AsRaw()
}

func TestLogsLearnNameImageAndTheWantedLabels(t *testing.T) {
	e := &engine{}
	p, sink := start(t, e)
	require.NoError(t, p.ConsumeLogs(context.Background(), from("abc")))
	require.NoError(t, p.ConsumeLogs(context.Background(), from("abc")))
	assert.Equal(t, map[string]any{
		"container.id": "abc", "container.name": "shop-db-1", "container.image.name": "mongo:8", "compose.service": "db",
	}, attributes(sink, 1))
	assert.Equal(t, 1, e.asked, "Docker is asked once")
}

func TestLogsOfAContainerThatIsGonePassAsTheyAre(t *testing.T) {
	e := &engine{}
	p, sink := start(t, e)
	require.NoError(t, p.ConsumeLogs(context.Background(), from("gone")))
	require.NoError(t, p.ConsumeLogs(context.Background(), from("gone")))
	assert.Equal(t, map[string]any{"container.id": "gone"}, attributes(sink, 1))
	assert.Equal(t, 1, e.asked)
}

func TestWithoutAnAnswerTheReceiverIsAskedToTryAgain(t *testing.T) {
	e := &engine{status: http.StatusInternalServerError}
	p, sink := start(t, e)
	assert.ErrorContains(t, p.ConsumeLogs(context.Background(), from("abc")), "500")
	e.status = 0
	require.NoError(t, p.ConsumeLogs(context.Background(), from("abc")))
	assert.Equal(t, "shop-db-1", attributes(sink, 0)["container.name"])
}

func TestAWrongConfigurationIsRefused(t *testing.T) {
	assert.ErrorContains(t, (&Config{Endpoint: "tcp://somewhere:2375"}).Validate(), "unix://")
}
