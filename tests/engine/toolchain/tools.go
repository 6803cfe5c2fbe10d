//go:build tools

// Package toolchain pins what `install` builds: Pulumi's CLI with its engine, and what the host of
// Python programs is made of.
package toolchain

import (
	_ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
)
