package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

const (
	// keeperCommand is the first argument of the keeper; people never type it.
	keeperCommand = "keep-postgres"
	// serverPrograms is where Debian puts the server's programs.
	serverPrograms = "/usr/lib/postgresql/18/bin"
	// databaseUser owns the database; there is no password, as the socket's folder is closed to others.
	databaseUser = "nameit"
	// postgresID is whom the server runs as inside: it refuses to be root. Outside it is whoever started the program.
	postgresID = 1000
	// Where the server finds its folders inside its root.
	insideData   = "/mnt"
	insideSocket = "/run/postgresql"
)

// settings of the server: what the extension needs, what FerretDB needs, and only a Unix socket.
var settings = []string{
	"listen_addresses=",
	"unix_socket_directories=" + insideSocket,
	"shared_preload_libraries=pg_cron,pg_documentdb_core,pg_documentdb",
	"cron.database_name=postgres",
	"cron.use_background_workers=on",
	"cron.log_min_messages=panic",
	"cron.log_run=off",
	"cron.log_statement=off",
	"documentdb.localhost_connection_string=host=" + insideSocket,
	"max_connections=100",
	"dynamic_shared_memory_type=mmap",
	"log_min_messages=fatal",
	"timezone=UTC",
	"log_timezone=UTC",
}

// keep runs the server inside the namespaces that this process was started in, as their first process, until the
// standard input closes. The kernel ends what is left of the server when this process ends.
func keep(args []string) int {
	if len(args) != 3 {
		fmt.Fprintln(os.Stderr, "mongodb-server: the keeper is started by the program itself")
		return 2
	}
	root, data, scratch := args[0], args[1], args[2]
	err := keepServer(root, folders{data: data, scratch: scratch})
	if err := errors.Join(err, os.RemoveAll(scratch)); err != nil {
		fmt.Fprintln(os.Stderr, "mongodb-server:", err)
		return 1
	}
	return 0
}

func keepServer(root string, folders folders) error {
	released := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(released)
	}()
	lock, err := lock(folders.data, released)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := forgetKilled(folders.data); err != nil {
		return err
	}
	if err := mount(root, folders); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(folders.data, "PG_VERSION")); errors.Is(err, os.ErrNotExist) {
		if output, err := inside(root, "initdb", "--pgdata", insideData, "--username", databaseUser, "--auth", "trust",
			"--encoding", "UTF8", "--locale", "C.UTF-8").CombinedOutput(); err != nil {
			return fmt.Errorf("initdb: %w\n%s", err, output)
		}
	}

	arguments := []string{"-D", insideData}
	for _, setting := range settings {
		arguments = append(arguments, "-c", setting)
	}
	server := inside(root, "postgres", arguments...)
	// At this level it says little, and nothing that matters unless it ends by itself.
	var log bytes.Buffer
	server.Stderr = &log
	if err := server.Start(); err != nil {
		return err
	}
	go func() {
		<-released
		// SIGINT is PostgreSQL's fast end: open transactions are rolled back, data is flushed.
		_ = server.Process.Signal(syscall.SIGINT)
	}()
	if err := server.Wait(); err != nil {
		return fmt.Errorf("PostgreSQL: %w\n%s", err, &log)
	}
	return nil
}

// lock waits until no other server uses the data: one that was just killed may still be writing its last pages. The
// server's own check sees nothing from one namespace to the next.
func lock(data string, released <-chan struct{}) (*os.File, error) {
	folder, err := os.Open(data)
	if err != nil {
		return nil, err
	}
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		err := syscall.Flock(int(folder.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return folder, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(err, folder.Close())
		}
		select {
		case <-released:
			return nil, errors.Join(fmt.Errorf("another server uses %s", data), folder.Close())
		case <-again.C:
		}
	}
}

// forgetKilled removes the process number that a killed server left in its data. Numbers begin anew in each namespace,
// so it may by now be that of a thread of the keeper, which the next server would take for one that still runs. Whoever
// holds the lock knows that none does.
func forgetKilled(data string) error {
	err := os.Remove(filepath.Join(data, "postmaster.pid"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// mount lays the folders into the root, visible to this namespace only.
func mount(root string, folders folders) error {
	steps := []struct {
		source, target, kind string
		flags                uintptr
	}{
		{"", "/", "", syscall.MS_REC | syscall.MS_PRIVATE},
		{"proc", "/proc", "proc", syscall.MS_NOSUID | syscall.MS_NODEV | syscall.MS_NOEXEC},
		{folders.data, insideData, "", syscall.MS_BIND},
		{folders.socket(), insideSocket, "", syscall.MS_BIND},
		{"/dev/null", "/dev/null", "", syscall.MS_BIND},
		{"tmpfs", "/dev/shm", "tmpfs", syscall.MS_NOSUID | syscall.MS_NODEV},
		{"tmpfs", "/tmp", "tmpfs", syscall.MS_NOSUID | syscall.MS_NODEV},
	}
	for _, step := range steps {
		target := filepath.Join(root, step.target)
		if step.target == "/" || step.target == "/proc" {
			target = step.target
		}
		if err := syscall.Mount(step.source, target, step.kind, step.flags, ""); err != nil {
			return fmt.Errorf("cannot mount %s: %w", step.target, err)
		}
	}
	return nil
}

// inside is one of the server's programs, in its root and not as root.
func inside(root, program string, arguments ...string) *exec.Cmd {
	command := exec.Command(filepath.Join(serverPrograms, program), arguments...)
	command.Env = []string{"PATH=" + serverPrograms + ":/usr/bin", "LC_ALL=C.UTF-8", "HOME=/tmp"}
	command.Dir = "/"
	command.SysProcAttr = &syscall.SysProcAttr{
		Chroot:      root,
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: postgresID, HostID: 0, Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: postgresID, HostID: 0, Size: 1}},
		Credential:  &syscall.Credential{Uid: postgresID, Gid: postgresID, NoSetGroups: true},
	}
	return command
}
