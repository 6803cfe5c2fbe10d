// The engine's host for Python programs, since Pulumi's own is not available as a Go module.
//
// It connects Pulumi's own parts to the engine: the package `toolchain` finds the virtual environment
// named in `Pulumi.yaml`, and the launcher in this program's folder runs `__main__.py`.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"google.golang.org/grpc"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"

	"signoff/tests/engine/toolchain/host"
)

const (
	launcher = "pulumi-language-python-exec"
	analyzer = "analyzer" // the kind of a policy pack
)

// Lists the installed Pulumi packages and the plugins that they require.
const findPlugins = `
import importlib.metadata, json, pathlib
print(json.dumps([
    json.loads(pathlib.Path(file.locate()).read_text())
    for package in importlib.metadata.distributions()
    for file in package.files or ()
    if file.name == "pulumi-plugin.json" and len(file.parts) == 2
]))`

type python struct{ host.Base }

func main() {
	host.Serve(func(base host.Base) rpc.LanguageRuntimeServer { return &python{base} })
}

func (*python) GetRequiredPackages(
	ctx context.Context, request *rpc.GetRequiredPackagesRequest,
) (*rpc.GetRequiredPackagesResponse, error) {
	python, err := interpreter(request.Info, false)
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

func (p *python) Run(ctx context.Context, request *rpc.RunRequest) (*rpc.RunResponse, error) {
	here, err := os.Executable()
	if err != nil {
		return nil, err
	}
	python, err := interpreter(request.Info, false)
	if err != nil {
		return nil, err
	}
	if err := python.ValidateVenv(ctx); err != nil {
		return nil, err
	}
	arguments := []string{
		"-u", filepath.Join(filepath.Dir(here), launcher),
		"--monitor", request.MonitorAddress,
		"--engine", p.Engine,
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
	return host.RunProgram(running, request)
}

func (*python) InstallDependencies(
	request *rpc.InstallDependenciesRequest,
	answers grpc.ServerStreamingServer[rpc.InstallDependenciesResponse],
) error {
	closer, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(answers, request.IsTerminal)
	if err != nil {
		return err
	}
	defer closer.Close()
	python, err := interpreter(request.Info, request.IsPlugin)
	if err != nil {
		return err
	}
	return python.InstallDependencies(
		answers.Context(), request.Info.ProgramDirectory, request.UseLanguageVersionTools,
		true, stdout, stderr)
}

func (*python) RunPlugin(
	request *rpc.RunPluginRequest, answers grpc.ServerStreamingServer[rpc.RunPluginResponse],
) error {
	python, err := interpreter(request.Info, request.Kind != analyzer)
	if err != nil {
		return err
	}
	folder := request.Info.ProgramDirectory
	arguments := append([]string{folder}, request.Args...) // a folder runs its __main__.py
	if request.Kind == analyzer {
		arguments = append(append([]string{"-u", "-m", "pulumi.policy"}, request.Args...), folder)
	}
	running, err := python.Command(answers.Context(), arguments...)
	if err != nil {
		return err
	}
	return host.RunPlugin(running, request, answers)
}

func (*python) About(ctx context.Context, request *rpc.AboutRequest) (*rpc.AboutResponse, error) {
	python, err := interpreter(request.Info, false)
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

// interpreter returns the Python named by the runtime's options in the project file. A plugin never
// falls back to the Python on the PATH.
func interpreter(program *rpc.ProgramInfo, isPlugin bool) (toolchain.Toolchain, error) {
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
	if isPlugin && options.Virtualenv == "" {
		options.Virtualenv = "venv"
	}
	return toolchain.ResolveToolchain(options)
}
