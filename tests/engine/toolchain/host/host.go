// Package host is the common part of language hosts: serve the engine, and run commands for it.
//
// https://github.com/pulumi/pulumi/blob/master/proto/pulumi/language.proto
package host

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/version"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Exit status of the launcher after it has reported the error to the user.
const alreadyReported = 32

// Base implements the methods that are the same for every language.
type Base struct {
	rpc.UnimplementedLanguageRuntimeServer
	Engine string
}

// Serve serves the engine until it disconnects; server gets the engine's address.
func Serve(server func(Base) rpc.LanguageRuntimeServer) {
	if len(os.Args) < 2 {
		fail(errors.New("the engine's address is missing"))
	}
	serving, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Init: func(to *grpc.Server) error {
			rpc.RegisterLanguageRuntimeServer(to, server(Base{Engine: os.Args[len(os.Args)-1]}))
			return nil
		},
	})
	if err != nil {
		fail(err)
	}
	fmt.Println(serving.Port) // the engine reads the port
	if err := <-serving.Done; err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintf(os.Stderr, "%s: %v\n", filepath.Base(os.Args[0]), err)
	os.Exit(1)
}

// Handshake ignores the engine's parameters.
func (Base) Handshake(
	context.Context, *rpc.LanguageHandshakeRequest,
) (*rpc.LanguageHandshakeResponse, error) {
	return &rpc.LanguageHandshakeResponse{}, nil
}

// GetPluginInfo returns the version of the Pulumi packages in this host.
func (Base) GetPluginInfo(context.Context, *emptypb.Empty) (*rpc.PluginInfo, error) {
	return &rpc.PluginInfo{Version: version.Version}, nil
}

// Cancel does nothing: running commands end with the engine.
func (Base) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// RunProgram runs a program with the stack's configuration, and shows its output.
func RunProgram(running *exec.Cmd, request *rpc.RunRequest) (*rpc.RunResponse, error) {
	running.Env = Environment(running)
	if len(request.Config) > 0 {
		config, err := json.Marshal(request.Config)
		if err != nil {
			return nil, err
		}
		running.Env = append(running.Env, "PULUMI_CONFIG="+string(config))
	}
	if len(request.ConfigSecretKeys) > 0 {
		keys, err := json.Marshal(request.ConfigSecretKeys)
		if err != nil {
			return nil, err
		}
		running.Env = append(running.Env, "PULUMI_CONFIG_SECRET_KEYS="+string(keys))
	}
	running.Dir = request.Info.ProgramDirectory
	running.Stdout, running.Stderr = os.Stdout, os.Stderr // the engine shows both
	status, err := run(running)
	switch {
	case err != nil:
		return nil, err
	case status == 0:
		return &rpc.RunResponse{}, nil
	case status == alreadyReported:
		return &rpc.RunResponse{Bail: true}, nil
	default:
		problem := fmt.Sprintf("Program exited with non-zero exit code: %d", status)
		return &rpc.RunResponse{Error: problem}, nil
	}
}

// RunPlugin runs a plugin to its end, and forwards its output.
func RunPlugin(
	running *exec.Cmd,
	request *rpc.RunPluginRequest, answers grpc.ServerStreamingServer[rpc.RunPluginResponse],
) error {
	running.Env = append(Environment(running), request.Env...)
	running.Dir = request.Pwd
	var sending sync.Mutex // two streams, one channel
	send := func(response *rpc.RunPluginResponse) error {
		sending.Lock()
		defer sending.Unlock()
		return answers.Send(response)
	}
	running.Stdout = writer(func(text []byte) error {
		return send(&rpc.RunPluginResponse{Output: &rpc.RunPluginResponse_Stdout{Stdout: text}})
	})
	running.Stderr = writer(func(text []byte) error {
		return send(&rpc.RunPluginResponse{Output: &rpc.RunPluginResponse_Stderr{Stderr: text}})
	})
	status, err := run(running)
	if err != nil {
		return err
	}
	code := &rpc.RunPluginResponse_Exitcode{Exitcode: int32(status)}
	return send(&rpc.RunPluginResponse{Output: code})
}

// Environment returns the command's environment, by default that of this process.
func Environment(command *exec.Cmd) []string {
	if command.Env == nil {
		return os.Environ()
	}
	return command.Env
}

// run runs the command and returns its exit status, or an error if it did not run.
func run(command *exec.Cmd) (int, error) {
	err := command.Run()
	var exited *exec.ExitError
	if errors.As(err, &exited) && exited.Exited() {
		return exited.ExitCode(), nil
	}
	return 0, err
}

type writer func(text []byte) error

func (send writer) Write(text []byte) (int, error) {
	return len(text), send(append([]byte(nil), text...))
}
