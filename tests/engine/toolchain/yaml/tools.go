//go:build tools

// Package yaml pins Pulumi's host for YAML programs, which is made for an older engine's packages.
package yaml

import (
	_ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
)
