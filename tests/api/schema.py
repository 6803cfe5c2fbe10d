"""`docs/openapi.yaml`, as schemathesis reads it: what checks and makes up whole requests."""

from __future__ import annotations

from typing import Any

import schemathesis

from tests.api.description import DESCRIPTION

API: Any = schemathesis.openapi.from_dict(dict(DESCRIPTION))
