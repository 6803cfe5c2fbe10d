"""What the alarms look at."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One CloudWatch metric over a period."""

    namespace: str
    name: str
    dimensions: Mapping[str, pulumi.Input[str]] | None = None
    statistic: str = "Sum"
