package collector

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

const configurations = "../../deploy/collector/"

// As long as anything here may take on a busy machine.
const patience = 60 * time.Second

// A collector that runs as a process of the test, with files in a folder that outlives it.
type collector struct {
	t       *testing.T
	command *exec.Cmd
	data    string
	otlp    string
	health  string
	own     string
	log     lockedBuffer
}

type lockedBuffer struct {
	lock   sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.buffer.String()
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().String()
}

// start runs a collector with configurations of ours and waits until it says that it is well.
func start(t *testing.T, data string, environment []string, files ...string) *collector {
	t.Helper()
	program := os.Getenv("NAMEIT_COLLECTOR")
	require.NotEmpty(t, program, "tests/collector/run sets it")
	c := &collector{t: t, data: data, otlp: freeAddress(t), health: freeAddress(t), own: freeAddress(t)}
	_, metrics, _ := net.SplitHostPort(c.own)
	var arguments []string
	for _, file := range files {
		arguments = append(arguments, "--config="+configurations+file)
	}
	c.command = exec.Command(program, arguments...)
	c.command.Env = append(os.Environ(), "OTELCOL_DATA="+data, "OTELCOL_OTLP="+c.otlp, "OTELCOL_OWN="+c.otlp, "OTELCOL_HEALTH="+c.health, "OTELCOL_METRICS_PORT="+metrics)
	c.command.Env = append(c.command.Env, environment...)
	c.command.Stderr = &c.log
	// Should the test be killed, the collector goes as well.
	c.command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, c.command.Start())
	t.Cleanup(c.stop)
	c.wait("it is well", func() bool {
		response, err := http.Get("http://" + c.health)
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
	return c
}

// stop ends the collector as Docker does, and waits for it.
func (c *collector) stop() {
	if c.command.ProcessState != nil {
		return
	}
	_ = c.command.Process.Signal(syscall.SIGTERM)
	_ = c.command.Wait()
	if c.t.Failed() {
		c.t.Logf("the collector said:\n%s", c.log.String())
	}
}

// wait waits for what the test cannot go on without.
func (c *collector) wait(what string, reached func() bool) {
	c.t.Helper()
	for deadline := time.Now().Add(patience); !reached(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			c.t.Fatalf("waited %s in vain until %s; the collector said:\n%s", patience, what, c.log.String())
		}
	}
}

func (c *collector) dial() *grpc.ClientConn {
	c.t.Helper()
	connection, err := grpc.NewClient(c.otlp, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(c.t, err)
	c.t.Cleanup(func() { connection.Close() })
	return connection
}

// file gives all that was written of one signal: logs, traces or metrics.
func (c *collector) file(signal string) string {
	content, err := os.ReadFile(filepath.Join(c.data, "telemetry", signal+".jsonl"))
	if err != nil {
		return ""
	}
	return string(content)
}

func lines(text string) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		reader := bufio.NewReader(strings.NewReader(text))
		for {
			line, err := reader.ReadBytes('\n')
			// What has no end yet is still being written.
			if err == io.EOF || !yield(line) {
				return
			}
		}
	}
}

// logs gives the records as they were written.
func (c *collector) logs() (found []written) {
	for line := range lines(c.file("logs")) {
		batch, err := (&plog.JSONUnmarshaler{}).UnmarshalLogs(line)
		require.NoError(c.t, err)
		for _, resource := range batch.ResourceLogs().All() {
			for _, scope := range resource.ScopeLogs().All() {
				for _, record := range scope.LogRecords().All() {
					found = append(found, written{record.Body().AsString(), resource.Resource().Attributes().AsRaw()})
				}
			}
		}
	}
	return found
}

type written struct {
	text     string
	resource map[string]any
}

func (c *collector) spans() (names []string) {
	for line := range lines(c.file("traces")) {
		batch, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(line)
		require.NoError(c.t, err)
		for _, resource := range batch.ResourceSpans().All() {
			for _, scope := range resource.ScopeSpans().All() {
				for _, span := range scope.Spans().All() {
					names = append(names, span.Name())
				}
			}
		}
	}
	return names
}

// metrics gives, for each name, the resources that sent it.
func (c *collector) metrics() map[string][]map[string]any {
	found := map[string][]map[string]any{}
	for line := range lines(c.file("metrics")) {
		batch, err := (&pmetric.JSONUnmarshaler{}).UnmarshalMetrics(line)
		require.NoError(c.t, err)
		for _, resource := range batch.ResourceMetrics().All() {
			for _, scope := range resource.ScopeMetrics().All() {
				for _, metric := range scope.Metrics().All() {
					found[metric.Name()] = append(found[metric.Name()], resource.Resource().Attributes().AsRaw())
				}
			}
		}
	}
	return found
}

// dropped asks the collector itself how many records it dropped for the limit of the day.
func (c *collector) dropped() string {
	response, err := http.Get("http://" + c.own + "/metrics")
	require.NoError(c.t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(c.t, err)
	for _, line := range strings.Split(string(body), "\n") {
		if strings.HasPrefix(line, "otelcol_processor_daily_limit_dropped_items") && strings.Contains(line, `signal="logs"`) {
			return line[strings.LastIndex(line, " ")+1:]
		}
	}
	return ""
}

func run(t *testing.T, arguments ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	output, err := exec.CommandContext(ctx, arguments[0], arguments[1:]...).CombinedOutput()
	require.NoError(t, err, fmt.Sprintf("%s: %s", strings.Join(arguments, " "), output))
	return strings.TrimSpace(string(output))
}
