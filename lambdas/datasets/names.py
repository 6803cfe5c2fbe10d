"""Names derived from one version of a file. The command line computes them, too."""

import hashlib

INCOMING = "incoming/"
"""Files below start the workflow."""
SAMPLES = "samples/"
ATTACHMENTS = "attachments/"
"""Evidence that askers upload."""
PUBLISHED = "published/"
NEWEST = "newest/"
"""Notes about the newest published version of each file."""
WRITTEN_BY_PUBLISHING = (PUBLISHED, NEWEST)
"""Only the function that publishes may write below."""


def execution_name(bucket: str, key: str, version_id: str) -> str:
    """The name of the execution for this version of a file, so that each version has one.

    The SHA-256 of `BUCKET/KEY?versionId=VERSION`, in hexadecimal.
    """
    return hashlib.sha256(f"{bucket}/{key}?versionId={version_id}".encode()).hexdigest()
