"""A provider of AWS resources that serves the real engine, and says what it would have made."""

from tests.engine.provider.account import Account, Existing
from tests.engine.provider.service import Call, Provider, serving

__all__ = ["Account", "Call", "Existing", "Provider", "serving"]
