"""`docs/openapi.yaml` loaded by schemathesis, which generates requests and validates responses."""

from __future__ import annotations

from typing import Any

import schemathesis

from tests.api.description import DESCRIPTION

API: Any = schemathesis.openapi.from_dict(dict(DESCRIPTION))
