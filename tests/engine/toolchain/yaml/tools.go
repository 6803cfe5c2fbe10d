//go:build tools

// Package yaml pins Pulumi's host for YAML programs, which requires packages of an older engine.
package yaml

import (
	_ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
)
