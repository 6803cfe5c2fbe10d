"""The embedded AWS: its process, what it is taught, and what has to be made differently there."""

from local.cloud.process import Cloud, running_cloud

__all__ = ["Cloud", "running_cloud"]
