"""Turn a request from a caller or an asker into a stored, announced review.

The caller's execution is shown to people, and is used to find its reviews when it ends. It is never
used to look up an answer.
"""

import json
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, partial
from typing import Any, Literal, Self

from lambdas.domain.lifecycle.end import end
from lambdas.domain.lifecycle.gate import Gate, GateSettings
from lambdas.domain.review.errors import (
    BucketElsewhere,
    InvalidInput,
    RequesterNotVerified,
    ReviewNotDelivered,
    TooManyPending,
    as_object,
)
from lambdas.domain.review.events import Actor, Event
from lambdas.domain.review.ids import LinkedId, new_link_key, review_id_of
from lambdas.domain.review.parsers import opaque
from lambdas.domain.review.persons import is_root
from lambdas.domain.review.request import Evidence, Request
from lambdas.domain.review.request_rules import parse_request
from lambdas.domain.review.requester import WORKFLOW, proven
from lambdas.domain.review.review import ON_TIMEOUT, Outcome, Review, Status
from lambdas.domain.review.time_plan import TimePlan
from lambdas.domain.runtime.clients import AWS_ERRORS
from lambdas.domain.runtime.link_shortener import shortened
from lambdas.domain.store.evidence import evidence_client, pin, presign
from lambdas.domain.store.indexes import pending_of_asker

_LOG = logging.getLogger(__name__)
_MAX_PRESIGNED_SECONDS = 7 * 86_400
_NOT_ANNOUNCED = "The request could not be announced."
MAX_PENDING = 50
"""Maximum pending reviews of one asker. The index that counts them lags briefly."""


@dataclass(frozen=True)
class RequestSettings(GateSettings):
    """The environment of a function that accepts requests."""

    stage: str
    decision_api_url: str
    review_timeout_seconds: int
    on_timeout: str
    slack_missing: str
    link_shortener: str
    evidence_places: str
    """JSON: a list of buckets, each with a key prefix."""
    remind_before_seconds: str
    escalate_before_seconds: str


@dataclass(frozen=True, kw_only=True)
class ReviewRequests:
    """Turns requests into reviews. Two AWS calls each, store and publish, and one per file."""

    gate: Gate
    stage: str
    decision_api_url: str
    caller_id: Literal["taskToken", "callbackId", "asker"]
    """What a caller provides for its answer. Askers provide nothing and poll."""
    workflow: str = ""
    """The connection of the verified host that may ask; empty for other callers."""
    only_verified: bool = False
    """Whether only verified hosts may ask."""
    timeout: timedelta
    timeout_approves: bool
    plan: TimePlan
    slack_missing: str
    """What to do to connect Slack; empty if connected."""
    evidence_places: tuple[str, ...]
    """Allowed locations of files: buckets, each with a key prefix."""
    pin: Callable[[Evidence], Evidence]
    """Finds the version of a file to review, and its metadata."""
    evidence_link: Callable[[Evidence, str], str]
    """Returns the link that people get, given a file and the link that presigns on click."""

    @classmethod
    def open(
        cls,
        gate: Gate,
        settings: RequestSettings,
        caller_id: Literal["taskToken", "callbackId", "asker"],
        *,
        workflow: str = "",
        only_verified: bool = False,
    ) -> Self:
        """Read the stage's rules for requests from the settings."""
        s3 = cache(evidence_client)  # made when the first file needs it

        def evidence_link(file: Evidence, at_the_click: str) -> str:
            if settings.link_shortener == "builtin":
                return at_the_click
            seconds = min(settings.review_timeout_seconds, _MAX_PRESIGNED_SECONDS)
            long_link = presign(s3(), file, seconds)
            return shortened(long_link) if settings.link_shortener == "tinyurl" else long_link

        return cls(
            gate=gate,
            stage=settings.stage,
            decision_api_url=settings.decision_api_url,
            caller_id=caller_id,
            workflow=workflow,
            only_verified=only_verified,
            timeout_approves=ON_TIMEOUT[settings.on_timeout] is Outcome.APPROVED,
            timeout=timedelta(seconds=settings.review_timeout_seconds),
            plan=TimePlan.from_seconds(
                settings.remind_before_seconds, settings.escalate_before_seconds
            ),
            slack_missing=settings.slack_missing,
            evidence_places=tuple(json.loads(settings.evidence_places)),
            pin=partial(pin, s3),
            evidence_link=evidence_link,
        )

    def request(self, payload: Mapping[str, Any]) -> Review:
        """Store and announce a review for a caller.

        `payload`: `request`, `executionArn`, and `taskToken` or `callbackId`. A token or callback
        id has one review, ever: a repeat returns the first, and announces it again while it is
        pending, since the first attempt may have failed before that. Raises `InvalidInput` for a
        missing or invalid value, `RequesterNotVerified` if only verified hosts may ask, and
        `ReviewNotDelivered` if the stage is not connected to Slack.
        """
        if self.only_verified and not self.workflow:
            raise RequesterNotVerified(self.stage)
        self._check_connected()
        review = self._handed_over(as_object("the payload", payload))
        added, review = self.gate.store.add(review)
        if added or review.status is Status.PENDING:
            self.gate.topic.announce(Event.REQUESTED, review)
        return review

    def ask(self, given: Any, by: Actor) -> Review:
        """Store and announce a review for an asker, which signed the request.

        Two more calls count the asker's pending reviews, before and after the review is stored: in
        a burst, all requests may be counted before the first one is stored. Raises `InvalidInput`,
        `ReviewNotDelivered` and `TooManyPending`.
        """
        self._check_connected()
        verified = proven(by.identity)
        too_many = TooManyPending(verified, MAX_PENDING)
        # Before the files are checked, so that this error reveals nothing about them.
        if self._pending(by) >= MAX_PENDING:
            raise too_many
        review = self._review(
            given,
            secrets.token_hex(16),
            asker=by.person,
            verified_requester=verified,
            requester_identity=by.identity,
            # Root is not one person: each user of its credentials would bar all others.
            requester_names=() if is_root(by.identity) else tuple(sorted(by.goes_by)),
        )
        self.gate.store.add(review)
        try:
            if self._pending(by) > MAX_PENDING:
                self._take_back(review, str(too_many), by)
                raise too_many
            self.gate.topic.announce(Event.REQUESTED, review)
        except AWS_ERRORS:
            # The asker will retry, and reviewers must not get two requests.
            end(self.gate, review, Status.UNDELIVERED, _NOT_ANNOUNCED)
            raise
        return review

    def _take_back(self, review: Review, because: str, by: Actor) -> None:
        """Cancel a review that was not announced, without announcing it."""
        store, now = self.gate.store, self.gate.now()
        won, ended = store.end(review.review_id, review.status, Status.CANCELLED, because, now)
        if won:
            store.mark_done(Event.CANCELLED, ended, now, by, because, self.gate.keep_reviews)

    def _pending(self, asker: Actor) -> int:
        return pending_of_asker(self.gate.store, asker.person, self.gate.now())

    def _check_connected(self) -> None:
        if self.slack_missing:
            _LOG.error("slack.unconnected", extra={"event": "slack.unconnected"})
            raise ReviewNotDelivered(self.stage, self.slack_missing)

    def _handed_over(self, payload: Mapping[str, Any]) -> Review:
        try:
            execution_arn = opaque("executionArn", payload["executionArn"])
            caller = opaque(self.caller_id, payload[self.caller_id])
            given = payload["request"]
        except KeyError as missing:
            raise InvalidInput(f"{missing.args[0]} is missing") from None
        return self._review(
            given,
            caller,
            execution_arn=execution_arn,
            task_token=caller if self.caller_id == "taskToken" else "",
            callback_id=caller if self.caller_id == "callbackId" else "",
            verified_requester=f"{WORKFLOW}{self.workflow}" if self.workflow else "",
        )

    def _review(self, given: Any, secret: str, **caller: Any) -> Review:
        """Build the review of a request. Its id is derived from a secret of the caller."""
        request = parse_request(given, self.evidence_places, self.timeout)
        if self.timeout_approves:
            # Otherwise a caller could force an approval with a short timeout.
            request = replace(request, timeout=None)
        now = self.gate.now()
        linked_id = LinkedId(review_id_of(self.caller_id, secret), new_link_key())
        review = Review(
            **vars(self._with_files(request, linked_id)),
            review_id=linked_id.review_id,
            link_key=linked_id.link_key,
            stage=self.stage,
            requested_at=now,
            deadline=now + (request.timeout or self.timeout),
            approval_link=self._link("approve", linked_id),
            rejection_link=self._link("reject", linked_id),
            **caller,
        )
        return replace(review, due_at=self.plan.next_check(review, now))

    def _with_files(self, request: Request, linked_id: LinkedId) -> Request:
        """The request with its files pinned, each with the link that people get.

        A rejected request reveals nothing about a file: the error is the same whichever file is
        invalid, and why. The log has the reason.
        """
        files: list[Evidence] = []
        for n, file in enumerate(request.evidence):
            try:
                pinned = self.pin(file)
            except BucketElsewhere as problem:
                # This is about the bucket, which the gate was configured with, not about a file.
                raise InvalidInput(f"evidence[{n}] {problem}") from None
            except InvalidInput as problem:
                why = f"evidence[{n}] {problem}"
                _LOG.warning("evidence.refused", extra={"event": "evidence.refused", "why": why})
                raise InvalidInput(_not_as_stated(request.evidence)) from None
            at_the_click = self._link("evidence", linked_id) + (f"&n={n}" if n else "")
            files.append(replace(pinned, link=self.evidence_link(pinned, at_the_click)))
        return replace(request, evidence=tuple(files))

    def _link(self, page: str, linked_id: LinkedId) -> str:
        return f"{self.decision_api_url}/{page}?review={linked_id}"


def _not_as_stated(files: tuple[Evidence, ...]) -> str:
    """The rule for evidence, with only what the caller stated."""
    stated = ", ".join(f"evidence[{n}] {it.place}" for n, it in enumerate(files))
    return (
        f"{stated} must exist in a bucket with versioning, be uploaded after versioning was"
        " enabled, be readable by this gate, and not be encrypted with a KMS key that the gate"
        " does not have (EvidencePlace, kms_key_arn). If you set version_id, size or sha256, they"
        " must match S3: correct or omit them (S3 has a SHA-256 only for files uploaded in one part"
        " with ChecksumAlgorithm=SHA256). For the reason, search the stage's logs for"
        " evidence.refused."
    )
