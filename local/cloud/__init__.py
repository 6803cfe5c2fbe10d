"""The embedded AWS: its process, patches and differences from AWS."""

from local.cloud.process import Cloud, running_cloud

__all__ = ["Cloud", "running_cloud"]
