"""Pulumi's archives as zip files in memory."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pulumi

from local.errors import ResourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time in a zip, for reproducible archives


def zip_of(archive: object) -> bytes:
    """Zip an `AssetArchive` of files and strings; raises `ResourceError` for others."""
    if not isinstance(archive, pulumi.AssetArchive):
        raise ResourceError(
            f"the local stack only supports AssetArchive, got {type(archive).__name__}"
        )
    assets = cast("Mapping[str, object]", archive.assets)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, asset in sorted(assets.items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            file.writestr(entry, _content(name, asset), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _content(name: str, asset: object) -> bytes:
    if isinstance(asset, pulumi.FileAsset):
        return Path(asset.path).read_bytes()
    if isinstance(asset, pulumi.StringAsset):
        return asset.text.encode()
    raise ResourceError(f"asset {name}: the local stack does not support {type(asset).__name__}")
