"""The asker API: an IAM identity requests reviews, polls for the answer, and withdraws.

The asker is the identity that signs; all sessions of a role are one asker. It can access its own
reviews only: any other returns 404. Responses contain no link and no audit entry, and of files only
those that the asker sent.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from lambdas.domain.callers.answers import answer_of
from lambdas.domain.lifecycle.cancel import withdraw
from lambdas.domain.lifecycle.request import ReviewRequests
from lambdas.domain.review.events import Actor
from lambdas.domain.review.parsers import fields_of
from lambdas.domain.review.review import Review, Status
from lambdas.domain.runtime import times
from lambdas.domain.store import indexes
from lambdas.domain.web.http import HttpRequest, HttpResponse, as_json
from lambdas.domain.web.responses import approvals_of
from lambdas.domain.web.signed import Route, SignedApi, body_of, reason_of, review_id_of

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class AskerApi(SignedApi):
    """Accepts requests and shows each asker its own reviews."""

    requests: ReviewRequests

    def routes(self) -> Mapping[str, Route]:
        """Handlers by route."""
        one = "/asker/reviews/{review_id}"
        return {
            "POST /asker/reviews": self._ask,
            "GET /asker/reviews": self._list,
            f"GET {one}": self._show,
            f"POST {one}/withdraw": self._withdraw,
        }

    def facts(self, review: Review) -> dict[str, Any]:
        """The status of a review and, after its end, the answer."""
        is_over = review.status is not Status.PENDING
        return {
            **_listed(review),
            **approvals_of(review, self.requests.gate.required_approvals),
            "answer": answer_of(review) if is_over else None,
        }

    def _ask(self, request: HttpRequest, by: Actor) -> HttpResponse:
        review = self.requests.ask(body_of(request), by)
        _LOG.info(
            "review.requested",
            extra={"event": "review.requested", "review_id": review.review_id},
        )
        return as_json(HTTPStatus.CREATED, {"review_id": review.review_id})

    def _list(self, request: HttpRequest, by: Actor) -> HttpResponse:
        page = indexes.of_asker(self.requests.gate.store, by.person, request.query.get("next", ""))
        reviews = [_listed(review) for review in page.reviews]
        return as_json(HTTPStatus.OK, {"reviews": reviews, "next": page.next or None})

    def _show(self, request: HttpRequest, by: Actor) -> HttpResponse:
        return self.shown(self._own(request, by))

    def _withdraw(self, request: HttpRequest, by: Actor) -> HttpResponse:
        body = fields_of("the body", body_of(request), ("reason",))
        review = self._own(request, by)
        return self.shown(withdraw(self.requests.gate, review.review_id, reason_of(body), by))

    def _own(self, request: HttpRequest, by: Actor) -> Review:
        return self.requests.gate.store.get_own(review_id_of(request), by.person)


def _listed(review: Review) -> dict[str, Any]:
    return {
        "review_id": review.review_id,
        "stage": review.stage,
        "status": review.status,
        "title": review.title,
        "requested_by": review.requested_by,
        "verified_requester": review.verified_requester,
        "requested_at": times.to_text(review.requested_at),
        "deadline": times.to_text(review.deadline),
    }
