// The engine's host for Python programs, where Pulumi's own is not to be had as a Go module.
//
// What decides is Pulumi's own: its package `toolchain` finds the virtual environment of the project
// as `Pulumi.yaml` names it, and its launcher, which lies beside this program, runs `__main__.py`.
// This program is what stands between them and the engine:
// https://github.com/pulumi/pulumi/blob/master/proto/pulumi/language.proto
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/version"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"
)

const (
	launcher = "pulumi-language-python-exec"
	// The launcher has told the user what is wrong, and ends with this status.
	alreadyTold = 32
)

// Asks the interpreter which installed packages are Pulumi's and which plugins they want.
const findPlugins = `
import importlib.metadata, json, pathlib
print(json.dumps([
    json.loads(pathlib.Path(file.locate()).read_text())
    for package in importlib.metadata.distributions()
    for file in package.files or ()
    if file.name == "pulumi-plugin.json" and len(file.parts) == 2
]))`

type host struct {
	rpc.UnimplementedLanguageRuntimeServer
	engine string
}

func main() {
	if len(os.Args) < 2 {
		fail(errors.New("the engine's address is missing"))
	}
	server := &host{engine: os.Args[len(os.Args)-1]}
	serving, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Init: func(to *grpc.Server) error {
			rpc.RegisterLanguageRuntimeServer(to, server)
			return nil
		},
	})
	if err != nil {
		fail(err)
	}
	fmt.Println(serving.Port) // how the engine learns where to call
	if err := <-serving.Done; err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "pulumi-language-python:", err)
	os.Exit(1)
}

func (*host) Handshake(
	context.Context, *rpc.LanguageHandshakeRequest,
) (*rpc.LanguageHandshakeResponse, error) {
	return &rpc.LanguageHandshakeResponse{}, nil
}

func (*host) GetPluginInfo(context.Context, *emptypb.Empty) (*rpc.PluginInfo, error) {
	return &rpc.PluginInfo{Version: version.Version}, nil
}

func (*host) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (*host) GetRequiredPackages(
	ctx context.Context, request *rpc.GetRequiredPackagesRequest,
) (*rpc.GetRequiredPackagesResponse, error) {
	python, err := interpreter(request.Info)
	if err != nil {
		return nil, err
	}
	asking, err := python.Command(ctx, "-c", findPlugins)
	if err != nil {
		return nil, err
	}
	answer, err := asking.Output()
	if err != nil {
		return nil, fmt.Errorf("cannot list the Python packages: %w", err)
	}
	var plugins []plugin.PulumiPluginJSON
	if err := json.Unmarshal(answer, &plugins); err != nil {
		return nil, err
	}
	response := &rpc.GetRequiredPackagesResponse{}
	for _, wanted := range plugins {
		if wanted.Resource {
			response.Packages = append(response.Packages, &rpc.PackageDependency{
				Name: wanted.Name, Kind: "resource", Version: wanted.Version, Server: wanted.Server,
			})
		}
	}
	return response, nil
}

func (h *host) Run(ctx context.Context, request *rpc.RunRequest) (*rpc.RunResponse, error) {
	here, err := os.Executable()
	if err != nil {
		return nil, err
	}
	python, err := interpreter(request.Info)
	if err != nil {
		return nil, err
	}
	if err := python.ValidateVenv(ctx); err != nil {
		return nil, err
	}
	arguments := []string{
		"-u", filepath.Join(filepath.Dir(here), launcher),
		"--monitor", request.MonitorAddress,
		"--engine", h.engine,
		"--organization", request.Organization,
		"--project", request.Project,
		"--stack", request.Stack,
		"--root_directory", request.Info.RootDirectory,
		"--pwd", request.Pwd,
		"--dry_run", strconv.FormatBool(request.DryRun),
		"--parallel", strconv.Itoa(int(request.Parallel)),
		request.Info.EntryPoint,
	}
	running, err := python.Command(ctx, append(arguments, request.Args...)...)
	if err != nil {
		return nil, err
	}
	running.Env = environment(running)
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
	case status == alreadyTold:
		return &rpc.RunResponse{Bail: true}, nil
	default:
		problem := fmt.Sprintf("Program exited with non-zero exit code: %d", status)
		return &rpc.RunResponse{Error: problem}, nil
	}
}

func (*host) RunPlugin(
	request *rpc.RunPluginRequest, answers grpc.ServerStreamingServer[rpc.RunPluginResponse],
) error {
	if request.Kind != "analyzer" {
		return fmt.Errorf("plugins of the kind %q do not run here, only policy packs do", request.Kind)
	}
	python, err := interpreter(request.Info)
	if err != nil {
		return err
	}
	arguments := append([]string{"-u", "-m", "pulumi.policy"}, request.Args...)
	running, err := python.Command(answers.Context(), append(arguments, request.Info.ProgramDirectory)...)
	if err != nil {
		return err
	}
	running.Env = append(environment(running), request.Env...)
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

func (*host) About(ctx context.Context, request *rpc.AboutRequest) (*rpc.AboutResponse, error) {
	python, err := interpreter(request.Info)
	if err != nil {
		return nil, err
	}
	about, err := python.About(ctx)
	if err != nil {
		return nil, err
	}
	return &rpc.AboutResponse{
		Executable: about.PythonExecutable, Version: about.PythonVersion.String(),
	}, nil
}

// interpreter gives the Python that the runtime's options in the project file name.
func interpreter(program *rpc.ProgramInfo) (toolchain.Toolchain, error) {
	options := toolchain.PythonOptions{
		Root: program.RootDirectory, ProgramDir: program.ProgramDirectory,
	}
	for name, value := range program.Options.AsMap() {
		text, _ := value.(string)
		switch name {
		case "virtualenv":
			options.Virtualenv = text
		case "toolchain":
			switch text {
			case "pip":
				options.Toolchain = toolchain.Pip
			case "uv":
				options.Toolchain = toolchain.Uv
			default:
				return nil, fmt.Errorf("unknown toolchain %v, known: pip, uv", value)
			}
		default:
			return nil, fmt.Errorf("unknown runtime option %q", name)
		}
	}
	return toolchain.ResolveToolchain(options)
}

// environment gives what the command would run with: nil means that of this process.
func environment(command *exec.Cmd) []string {
	if command.Env == nil {
		return os.Environ()
	}
	return command.Env
}

// run gives the status with which the command ends; not to have run it is an error.
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
