package collector

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// needDocker leaves a test out, with a word, where it cannot be done.
func needDocker(t *testing.T) (root string) {
	t.Helper()
	output, err := exec.Command("docker", "info", "--format", "{{.DockerRootDir}}").Output()
	missing := ""
	if err != nil {
		missing = "no Docker engine runs here"
	} else if os.Geteuid() != 0 {
		missing = "only root may read the logs of containers"
	}
	if missing != "" && os.Getenv("NAMEIT_REQUIRE_DOCKER") != "" {
		t.Fatal(missing)
	} else if missing != "" {
		t.Skip(missing)
	}
	return strings.TrimSpace(string(output))
}

// An image with nothing but the talker, removed at the end.
func image(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	name := fmt.Sprintf("nameit-test-talker:%d", os.Getpid())
	build := exec.Command("go", "build", "-o", filepath.Join(folder, "talker"), "./talker")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	output, err := build.CombinedOutput()
	require.NoError(t, err, string(output))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "Dockerfile"), []byte("FROM scratch\nCOPY talker /talker\nENTRYPOINT [\"/talker\"]\n"), 0o600))
	run(t, "docker", "build", "--quiet", "--tag", name, folder)
	t.Cleanup(func() { run(t, "docker", "image", "rm", "--force", name) })
	return name
}

func talk(t *testing.T, image, name string, labels []string, words ...string) {
	t.Helper()
	name = fmt.Sprintf("nameit-test-%s-%d", name, os.Getpid())
	arguments := []string{"docker", "run", "--detach", "--name", name, "--network", "none"}
	for _, label := range labels {
		arguments = append(arguments, "--label", label)
	}
	run(t, append(append(arguments, image), words...)...)
	t.Cleanup(func() { run(t, "docker", "rm", "--force", name) })
}

// The records of this test's own containers; others may run on the machine.
func (c *collector) ofTalkers() (found []written) {
	suffix := fmt.Sprintf("-%d", os.Getpid())
	for _, record := range c.logs() {
		name, _ := record.resource["container.name"].(string)
		if strings.HasPrefix(name, "nameit-test-") && strings.HasSuffix(name, suffix) {
			found = append(found, record)
		}
	}
	return found
}

func TestTheAgentSeesTheMachineAndEveryContainer(t *testing.T) {
	root := needDocker(t)
	talker := image(t)
	gateway := start(t, t.TempDir(), nil, "gateway.yaml")
	data := t.TempDir()
	environment := []string{"OTELCOL_GATEWAY=" + gateway.otlp, "OTELCOL_ROOT=/", "OTELCOL_CONTAINERS=" + root + "/containers"}

	talk(t, talker, "early", []string{"com.docker.compose.project=p", "com.docker.compose.service=shop"}, told)
	talk(t, talker, "own", []string{"nameit.logs=otlp"}, "this comes by OTLP already")
	agent := start(t, data, environment, "agent.yaml")
	gateway.wait("what was said before the agent started is stored", func() bool { return len(gateway.ofTalkers()) == 1 })
	first := gateway.ofTalkers()[0]
	assert.Equal(t, kept, first.text)
	assert.Equal(t, "shop", first.resource["service.name"])
	assert.Equal(t, "p", first.resource["compose.project"])
	assert.Equal(t, talker, first.resource["container.image.name"])
	assert.Equal(t, run(t, "docker", "info", "--format", "{{.Name}}"), first.resource["host.name"])

	// Docker cuts it after 16384 bytes, which is in the middle of an address.
	long := strings.Repeat("x ", 8190) + persons[0] + strings.Repeat(" x", 8000)
	talk(t, talker, "late", nil, "one", "two", long)
	gateway.wait("a container that came later is found", func() bool { return len(gateway.ofTalkers()) == 4 })
	assert.Equal(t, first.resource["host.name"], gateway.ofTalkers()[3].resource["host.name"])

	agent.stop()
	talk(t, talker, "meanwhile", nil, "nobody reads this yet")
	start(t, data, environment, "agent.yaml")
	gateway.wait("what was said while the agent was away is stored", func() bool { return len(gateway.ofTalkers()) >= 5 })

	gateway.wait("the machine and the containers are measured", func() bool {
		metrics := gateway.metrics()
		for _, name := range []string{
			"system.cpu.utilization", "system.memory.utilization", "system.disk.io", "system.filesystem.utilization", "system.network.io",
			"container.cpu.utilization", "container.memory.usage.total", "container.uptime",
		} {
			if len(metrics[name]) == 0 {
				return false
			}
		}
		for _, resource := range metrics["container.memory.usage.total"] {
			if name, _ := resource["container.name"].(string); strings.HasPrefix(name, "nameit-test-late-") {
				return true
			}
		}
		return false
	})
	// By now the metrics of two rounds have come, so lines that were on their way would have, too.
	var texts []string
	for _, record := range gateway.ofTalkers() {
		texts = append(texts, record.text)
	}
	assert.ElementsMatch(t, []string{kept, "one", "two", strings.Replace(long, persons[0], "****", 1), "nobody reads this yet"}, texts, "each line once, none of the container that is labelled")
	for _, person := range persons {
		assert.NotContains(t, gateway.file("logs"), person)
	}
}
