"""An in-memory AWS account: resources, IDs, and AWS's errors."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from local.deployment.kinds import KINDS
from tests.engine.provider.values import UNKNOWN, Properties, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE = "aws:dynamodb/table:Table"
BUCKET = "aws:s3/bucket:Bucket"


class Refused(Exception):
    """An error that AWS would return."""


@dataclass(kw_only=True)
class Existing:
    """A resource's inputs and outputs, with secrets still marked."""

    urn: str
    inputs: Properties
    outputs: Properties
    revision: int = 1

    @property
    def properties(self) -> Properties:
        """Inputs and outputs, as stored by the engine."""
        return {**self.inputs, **self.outputs}


class Account:
    """One account in one region, which several stacks can share."""

    def __init__(self, number: str, region: str = "eu-central-1") -> None:
        self.number = number
        self.region = region
        self.existing: dict[tuple[str, str], Existing] = {}
        # Buckets with objects; `forceDestroy` empties them.
        self.filled_buckets: set[str] = set()
        self._made_so_often = Counter[str]()
        self._lock = threading.Lock()

    def create(self, urn: str, kind: str, inputs: Properties) -> tuple[str, Existing]:
        """Create a resource and return its ID."""
        with self._lock:
            self._made_so_often[urn] += 1
            id_, made = self._made(urn, kind, inputs)
            if (kind, id_) in self.existing:
                raise Refused(f"EntityAlreadyExists: there is a {kind} {id_}")
            self.existing[kind, id_] = made
            return id_, made

    def update(self, kind: str, id_: str, inputs: Properties) -> Existing:
        """Update a resource in place."""
        with self._lock:
            there = self._existing(kind, id_)
            there.inputs = inputs
            there.revision += 1
            for output in KINDS[kind].renewed:
                there.outputs[output] = str(there.revision)
            return there

    def delete(self, kind: str, id_: str) -> None:
        """Delete a resource, unless AWS protects it."""
        with self._lock:
            there = self._existing(kind, id_)
            if kind == TABLE and there.inputs.get("deletionProtectionEnabled"):
                raise Refused(
                    f"ValidationException: Resource cannot be deleted as it is currently protected"
                    f" against deletion. Disable deletion protection first. ({id_})"
                )
            if kind == BUCKET and id_ in self.filled_buckets and not there.inputs["forceDestroy"]:
                raise Refused(f"BucketNotEmpty: The bucket {id_} you tried to delete is not empty")
            del self.existing[kind, id_]

    def read(self, kind: str, id_: str) -> Existing | None:
        """Return a resource, or None if it does not exist."""
        return self.existing.get((kind, id_))

    def remove(self, there: Existing) -> None:
        """Remove a resource, as if in the AWS console."""
        self.existing = {key: other for key, other in self.existing.items() if other is not there}

    def of_kind(self, kind: str, stage: str) -> dict[str, Existing]:
        """Return a stage's resources of a kind, such as `Table`, by logical name.

        Tests can inspect them or simulate drift.
        """
        return {
            there.urn.rsplit("::", 1)[-1]: there
            for (its_kind, _), there in self.existing.items()
            if its_kind.rsplit(":", 1)[-1] in (kind or its_kind)
            and there.urn.startswith(f"urn:pulumi:{stage}::")
        }

    def _made(self, urn: str, kind: str, inputs: Properties) -> tuple[str, Existing]:
        known = KINDS[kind]
        # Generated as by AWS, but deterministic.
        what = f"{urn.split('::')[0]} {urn.split('::')[-1]} {self._made_so_often[urn]}"
        serial = hashlib.sha256(what.encode()).hexdigest()[:10]
        given = cast("Properties", plain(inputs))
        id_, outputs = known.identity(
            given,
            known.physical_name("", given, serial),
            region=self.region,
            account=self.number,
            serial=serial,
        )
        outputs.update(dict.fromkeys(known.renewed, "1"))
        return id_, Existing(urn=urn, inputs=inputs, outputs=outputs)

    def _existing(self, kind: str, id_: str) -> Existing:
        try:
            return self.existing[kind, id_]
        except KeyError:
            raise Refused(f"NotFound: there is no {kind} {id_}") from None


def unknown_outputs(kind: str, inputs: Mapping[str, object]) -> Properties:
    """Return the outputs of a resource that does not exist yet, as in a preview."""
    known = KINDS[kind]
    names = {*known.outputs, *known.renewed, *({known.naming} if known.naming else ())}
    return dict.fromkeys(names - inputs.keys(), UNKNOWN)
