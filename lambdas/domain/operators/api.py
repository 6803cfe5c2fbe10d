"""The operator API: people identified by IAM list, decide, cancel and remind."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from lambdas.domain.access.rules import Rules
from lambdas.domain.lifecycle.cancel import cancel
from lambdas.domain.lifecycle.decide import DecisionInput, decide
from lambdas.domain.lifecycle.gate import AnsweringGate
from lambdas.domain.lifecycle.remind import remind_now
from lambdas.domain.operators.serializers import review_json, summary_json
from lambdas.domain.review.errors import as_object
from lambdas.domain.review.events import Actor
from lambdas.domain.review.json_values import plain
from lambdas.domain.review.parsers import fields_of, one_of
from lambdas.domain.review.review import Outcome, Review, Status
from lambdas.domain.store import indexes
from lambdas.domain.web.http import HttpRequest, HttpResponse, as_json
from lambdas.domain.web.signed import Route, SignedApi, body_of, reason_of, review_id_of

_ALL = "ALL"


@dataclass(frozen=True, kw_only=True)
class OperatorApi(SignedApi):
    """Shows reviews to operators, and accepts their decisions."""

    gate: AnsweringGate
    rules: Rules
    stage: str

    def routes(self) -> Mapping[str, Route]:
        """Handlers by route."""
        one = "/operator/reviews/{review_id}"
        return {
            "GET /operator/reviews": self._list,
            f"GET {one}": self._show,
            f"POST {one}/approve": self._approve,
            f"POST {one}/reject": self._reject,
            f"POST {one}/cancel": self._cancel,
            f"POST {one}/remind": self._remind,
        }

    def facts(self, review: Review) -> dict[str, Any]:
        """The whole review, without its audit entries."""
        return review_json(review, self.rules.required_approvals, self.gate.now())

    def _list(self, request: HttpRequest, _by: Actor) -> HttpResponse:
        store, now, after = self.gate.store, self.gate.now(), request.query.get("next", "")
        asked = request.query.get("status", Status.PENDING)
        status = one_of("status", asked, [*Status, _ALL])
        if status == _ALL:
            page = indexes.newest(store, self.stage, after)
        elif status == Status.PENDING:
            page = indexes.waiting(store, now, after)
        else:
            page = indexes.of_status(store, Status(status), after)
        needed = self.rules.required_approvals
        named = self.gate.notes.with_names(page.reviews)
        reviews = [summary_json(review, needed, now) for review in named]
        return as_json(HTTPStatus.OK, {"reviews": reviews, "next": page.next or None})

    def _show(self, request: HttpRequest, _by: Actor) -> HttpResponse:
        review = self.gate.store.get(review_id_of(request))
        [review] = self.gate.notes.with_names([review])
        page = self.gate.store.audit_log.page(review.review_id, request.query.get("next", ""))
        entries = {"audit_entries": [plain(it) for it in page.entries], "next": page.next or None}
        return as_json(HTTPStatus.OK, self.facts(review) | entries)

    def _approve(self, request: HttpRequest, by: Actor) -> HttpResponse:
        return self._decide(request, Outcome.APPROVED, by)

    def _reject(self, request: HttpRequest, by: Actor) -> HttpResponse:
        return self._decide(request, Outcome.REJECTED, by)

    def _decide(self, request: HttpRequest, outcome: Outcome, by: Actor) -> HttpResponse:
        body = _body(request, ("reason", "answers"))
        decision_input = DecisionInput(
            reason=reason_of(body), answers=as_object("answers", body.get("answers", {}))
        )
        return self.shown(
            decide(self.gate, self.rules, review_id_of(request), outcome, decision_input, by)
        )

    def _cancel(self, request: HttpRequest, by: Actor) -> HttpResponse:
        reason = reason_of(_body(request, ("reason",)))
        return self.shown(cancel(self.gate, review_id_of(request), reason, by))

    def _remind(self, request: HttpRequest, by: Actor) -> HttpResponse:
        _body(request, ())
        return self.shown(remind_now(self.gate, review_id_of(request), by))


def _body(request: HttpRequest, fields: tuple[str, ...]) -> Mapping[str, Any]:
    """The body's fields. Raises `InvalidInput` for an unknown field."""
    return fields_of("the body", body_of(request), fields)
