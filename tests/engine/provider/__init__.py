"""A fake AWS provider that serves the real engine and records its calls."""

from tests.engine.provider.account import Account, Existing
from tests.engine.provider.service import Call, Provider, serving

__all__ = ["Account", "Call", "Existing", "Provider", "serving"]
