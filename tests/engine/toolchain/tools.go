//go:build tools

// Package toolchain pins what `install` builds: Pulumi's CLI with its engine, and the dependencies of
// the hosts.
package toolchain

import (
	_ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
)
