"""Cost of checking and publishing a large file, relative to `csv` and `wc -l` on the same file."""

import csv
import gzip
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lambdas.datasets.names import INCOMING
from lambdas.datasets.uploads import Upload
from tests.local_stack import ROOT, DeployedStage

BYTES = 1_000_000_000
NARROW_BYTES = 100_000_000
MOST_MEGABYTES = 256


@dataclass(frozen=True, kw_only=True)
class Files:
    """Seconds for the same file, and the memory of the process that checked it."""

    check: float
    csv: float
    wc: float
    megabytes: int
    slowest_bytes_per_second: float
    """Through check and publish together, with gzip and short rows."""
