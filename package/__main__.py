"""Provide the gate to programs in all Pulumi languages; the engine runs this folder as a plugin."""

import sys
from pathlib import Path

from pulumi.provider.experimental import component_provider_host

# The plugin is this folder, but its code is the whole repository.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from package.review_gate import ReviewGate

component_provider_host(name="signoff", components=[ReviewGate])
