// Command mongodb-server is a MongoDB-compatible server for tests: FerretDB in front of a PostgreSQL that it
// starts itself and that ends with it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/FerretDB/FerretDB/v2/ferretdb"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// startLimit bounds the time from the start to the first answer, the making of a new data folder included.
const startLimit = 2 * time.Minute

// arguments are what the command line says.
type arguments struct {
	root         string
	data         string
	listen       string
	endWithStdin bool
	log          bool
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == keeperCommand {
		os.Exit(keep(os.Args[2:]))
	}
	args, err := parse()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mongodb-server:", err)
		os.Exit(2)
	}
	if err := run(args); err != nil {
		fmt.Fprintln(os.Stderr, "mongodb-server:", err)
		os.Exit(1)
	}
}

func parse() (arguments, error) {
	var args arguments
	program, err := os.Executable()
	if err != nil {
		return args, err
	}
	flag.StringVar(&args.root, "root", filepath.Join(filepath.Dir(program), "root"), "`folder` with PostgreSQL, as made by the install script")
	flag.StringVar(&args.data, "data", "", "data `folder`; empty: a temporary one that is removed at the end")
	flag.StringVar(&args.listen, "listen", "127.0.0.1:0", "`address` to listen on; port 0 takes a free one")
	flag.BoolVar(&args.endWithStdin, "end-with-stdin", false, "end when the standard input is closed")
	flag.BoolVar(&args.log, "log", false, "FerretDB's errors on the standard error, with parts of documents")
	flag.Parse()
	if flag.NArg() > 0 {
		return args, fmt.Errorf("unexpected argument %q", flag.Arg(0))
	}
	return args, nil
}

// run serves until a signal, the end of the standard input, or the end of PostgreSQL.
func run(args arguments) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if args.endWithStdin {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			stop()
		}()
	}

	postgres, err := startPostgres(args.root, args.data)
	if err != nil {
		return err
	}
	err = serve(ctx, args, postgres)
	return errors.Join(err, postgres.stop())
}

// serve runs FerretDB in front of PostgreSQL and tells its URI on the standard output once it answers.
func serve(ctx context.Context, args arguments, postgres *postgres) error {
	starting, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if err := postgres.prepare(starting); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}

	// FerretDB keeps the reason of a failure to listen to itself.
	probe, err := net.Listen("tcp", args.listen)
	if err != nil {
		return err
	}
	if err := probe.Close(); err != nil {
		return err
	}
	noTelemetry := false
	log := io.Discard
	if args.log {
		log = os.Stderr
	}
	server, err := ferretdb.New(&ferretdb.Config{
		PostgreSQLURL: postgres.url(),
		ListenAddr:    args.listen,
		StateDir:      postgres.stateFolder(),
		LogLevel:      slog.LevelError,
		LogOutput:     log,
		Telemetry:     &noTelemetry,
	})
	if err != nil {
		return fmt.Errorf("cannot start FerretDB on %s: %w", args.listen, err)
	}

	running, end := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		server.Run(running)
		close(ended)
	}()
	defer func() {
		end()
		<-ended
	}()

	uri := server.MongoDBURI()
	if err := ping(starting, uri); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("%s does not answer: %w", uri, err)
	}
	fmt.Println(uri)

	select {
	case <-ctx.Done():
		return nil
	case <-postgres.ended:
		return errors.New("PostgreSQL ended by itself")
	}
}

func ping(ctx context.Context, uri string) error {
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		return err
	}
	return errors.Join(client.Ping(ctx, nil), client.Disconnect(ctx))
}
