package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// postgres is a PostgreSQL in its own root and its own process namespace, and the folders that it works in.
//
// Between this process and the server stands the keeper (keeper.go). It ends the server and removes what is temporary
// as soon as the pipe to its standard input closes, hence also when this process is killed.
type postgres struct {
	keeper *exec.Cmd
	// leash is the writing end of the keeper's standard input.
	leash io.Closer
	// folders hold the data, the socket and FerretDB's state.
	folders folders
	// ended is closed when the keeper is gone.
	ended chan struct{}
}

// folders are the places that a server needs outside its root.
type folders struct {
	// data survives the server, unless it is the temporary one.
	data string
	// scratch has a short path, as that of a Unix socket must be, and goes when the server goes.
	scratch string
}

func (f folders) socket() string { return filepath.Join(f.scratch, "socket") }
func (f folders) state() string  { return filepath.Join(f.scratch, "state") }

func makeFolders(data string) (folders, error) {
	var made folders
	scratch, err := os.MkdirTemp("", "nameit-mongodb-")
	if err != nil {
		return made, err
	}
	made.scratch = scratch
	if data == "" {
		data = filepath.Join(scratch, "data")
	}
	if made.data, err = filepath.Abs(data); err != nil {
		return made, err
	}
	for _, folder := range []string{made.data, made.socket(), made.state()} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return made, err
		}
	}
	return made, nil
}

// startPostgres starts the keeper, which starts the server.
func startPostgres(root, data string) (*postgres, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(root, serverPrograms, "postgres")); err != nil {
		return nil, fmt.Errorf("no PostgreSQL in %s: run the install script: %w", root, err)
	}
	folders, err := makeFolders(data)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folders.scratch))
	}
	keeper := exec.Command("/proc/self/exe", keeperCommand, root, folders.data, folders.scratch)
	keeper.Stderr = os.Stderr
	keeper.SysProcAttr = &syscall.SysProcAttr{
		// A terminal's Ctrl-C is for the server program, which then ends PostgreSQL in order.
		Setpgid:     true,
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWIPC,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	leash, err := keeper.StdinPipe()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folders.scratch))
	}
	if err := keeper.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot start in namespaces of its own: %w", err), os.RemoveAll(folders.scratch))
	}
	server := &postgres{keeper: keeper, leash: leash, folders: folders, ended: make(chan struct{})}
	go func() {
		_ = keeper.Wait()
		close(server.ended)
	}()
	return server, nil
}

// prepare waits until the server takes connections and makes the extension, should the data folder be new.
func (p *postgres) prepare(ctx context.Context) error {
	connection, err := p.connect(ctx)
	if err != nil {
		return err
	}
	_, err = connection.Exec(ctx, "CREATE EXTENSION IF NOT EXISTS documentdb CASCADE")
	return errors.Join(err, connection.Close(ctx))
}

func (p *postgres) connect(ctx context.Context) (*pgx.Conn, error) {
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		connection, err := pgx.Connect(ctx, p.url())
		if err == nil {
			return connection, nil
		}
		select {
		case <-p.ended:
			return nil, errors.New("PostgreSQL did not start")
		case <-ctx.Done():
			return nil, fmt.Errorf("PostgreSQL does not answer: %w", err)
		case <-again.C:
		}
	}
}

func (p *postgres) url() string {
	return "postgres:///postgres?" + url.Values{"host": {p.folders.socket()}, "user": {databaseUser}}.Encode()
}

func (p *postgres) stateFolder() string { return p.folders.state() }

// stop ends the server and waits until nothing of it is left.
func (p *postgres) stop() error {
	err := p.leash.Close()
	<-p.ended
	if errors.Is(err, os.ErrClosed) {
		return nil // The keeper was gone already.
	}
	return err
}
