// The engine's host for TypeScript programs, since Pulumi's own is not available as a Go module.
//
// It connects Pulumi's own parts to the engine: the code generator creates the SDK of a package, the
// npm code installs and links it, and the launcher in the npm package @pulumi/pulumi runs the
// program.
package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"google.golang.org/grpc"

	codegen "github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/nodejs/npm"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"signoff/tests/engine/toolchain/host"
)

const modules = "node_modules"

type nodejs struct{ host.Base }

func main() {
	host.Serve(func(base host.Base) rpc.LanguageRuntimeServer { return &nodejs{base} })
}

// GetRequiredPackages finds the plugins that the installed npm packages require.
func (*nodejs) GetRequiredPackages(
	_ context.Context, request *rpc.GetRequiredPackagesRequest,
) (*rpc.GetRequiredPackagesResponse, error) {
	response := &rpc.GetRequiredPackagesResponse{}
	files, err := filepath.Glob(
		filepath.Join(request.Info.ProgramDirectory, modules, "@*", "*", "package.json"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var module struct{ Pulumi plugin.PulumiPluginJSON }
		if err := json.Unmarshal(content, &module); err != nil {
			return nil, err
		}
		if wanted := module.Pulumi; wanted.Resource {
			response.Packages = append(response.Packages, &rpc.PackageDependency{
				Name: wanted.Name, Kind: "resource", Version: wanted.Version, Server: wanted.Server,
			})
		}
	}
	return response, nil
}

// GeneratePackage writes the SDK of a package.
func (*nodejs) GeneratePackage(
	_ context.Context, request *rpc.GeneratePackageRequest,
) (*rpc.GeneratePackageResponse, error) {
	client, err := schema.NewLoaderClient(request.LoaderTarget)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	loader := schema.NewCachedLoader(client)
	var spec schema.PackageSpec
	if err := json.Unmarshal([]byte(request.Schema), &spec); err != nil {
		return nil, err
	}
	bound, problems, err := schema.BindSpec(spec, loader, schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	response := &rpc.GeneratePackageResponse{
		Diagnostics: plugin.HclDiagnosticsToRPCDiagnostics(problems),
	}
	if problems.HasErrors() {
		return response, nil
	}
	files, err := codegen.GeneratePackage("pulumi-language-nodejs", bound, request.ExtraFiles,
		request.LocalDependencies, request.Local, loader)
	if err != nil {
		return nil, err
	}
	for name, content := range files {
		file := filepath.Join(request.Directory, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return nil, err
		}
		if err := os.WriteFile(file, content, 0o600); err != nil {
			return nil, err
		}
	}
	return response, nil
}

// Link makes SDKs dependencies of the program.
func (*nodejs) Link(ctx context.Context, request *rpc.LinkRequest) (*rpc.LinkResponse, error) {
	folder := request.Info.ProgramDirectory
	manager, err := npm.ResolvePackageManager(npm.AutoPackageManager, folder)
	if err != nil {
		return nil, err
	}
	for _, sdk := range request.Packages {
		if err := manager.Link(ctx, folder, "@pulumi/"+sdk.Package.Name, sdk.Path); err != nil {
			return nil, err
		}
	}
	return &rpc.LinkResponse{}, nil
}

func (*nodejs) InstallDependencies(
	request *rpc.InstallDependenciesRequest,
	answers grpc.ServerStreamingServer[rpc.InstallDependenciesResponse],
) error {
	closer, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(answers, request.IsTerminal)
	if err != nil {
		return err
	}
	defer closer.Close()
	_, err = npm.Install(answers.Context(), npm.AutoPackageManager, request.Info.ProgramDirectory,
		false, stdout, stderr)
	return err
}

func (n *nodejs) Run(ctx context.Context, request *rpc.RunRequest) (*rpc.RunResponse, error) {
	program := request.Info.ProgramDirectory
	arguments := []string{
		filepath.Join(program, modules, "@pulumi", "pulumi", "cmd", "run"),
		"--monitor", request.MonitorAddress,
		"--engine", n.Engine,
		"--organization", request.Organization,
		"--project", request.Project,
		"--stack", request.Stack,
		"--root-directory", request.Info.RootDirectory,
		"--pwd", program,
		"--parallel", strconv.Itoa(int(request.Parallel)),
	}
	if request.DryRun {
		arguments = append(arguments, "--dry-run")
	}
	arguments = append(append(arguments, request.Info.EntryPoint), request.Args...)
	running := exec.CommandContext(ctx, "node", arguments...)
	running.Env = append(os.Environ(), "PULUMI_NODEJS_TYPESCRIPT=true")
	return host.RunProgram(running, request)
}
