"""The operator API: people whom AWS knows see what waits, decide, cancel and remind."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from lambdas.shared.access.rules import Rules
from lambdas.shared.lifecycle.cancel import cancel
from lambdas.shared.lifecycle.decide import Said, decide
from lambdas.shared.lifecycle.gate import AnsweringGate
from lambdas.shared.lifecycle.remind import remind_now
from lambdas.shared.operators.answers import listed, whole
from lambdas.shared.review.errors import as_object
from lambdas.shared.review.events import Actor
from lambdas.shared.review.fields import fields_of, one_of
from lambdas.shared.review.plain import plain
from lambdas.shared.review.review import Outcome, Review, Status
from lambdas.shared.store import indexes
from lambdas.shared.web.http import Request, Response, as_json
from lambdas.shared.web.signed import Route, SignedApi, body_of, reason_of, review_id_of

_ALL = "ALL"


@dataclass(frozen=True, kw_only=True)
class OperatorApi(SignedApi):
    """Shows reviews to operators, and takes what they decide."""

    gate: AnsweringGate
    rules: Rules
    stage: str

    def routes(self) -> Mapping[str, Route]:
        """What each route does."""
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
        """All but the record."""
        return whole(review, self.rules.required_approvals, self.gate.now())

    def _list(self, request: Request, _by: Actor) -> Response:
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
        reviews = [listed(review, needed, now) for review in named]
        return as_json(HTTPStatus.OK, {"reviews": reviews, "next": page.next or None})

    def _show(self, request: Request, _by: Actor) -> Response:
        review = self.gate.store.get(review_id_of(request))
        [review] = self.gate.notes.with_names([review])
        page = self.gate.store.record.page(review.review_id, request.query.get("next", ""))
        record = {"record": [plain(it) for it in page.entries], "next": page.next or None}
        return as_json(HTTPStatus.OK, self.facts(review) | record)

    def _approve(self, request: Request, by: Actor) -> Response:
        return self._decide(request, Outcome.APPROVED, by)

    def _reject(self, request: Request, by: Actor) -> Response:
        return self._decide(request, Outcome.REJECTED, by)

    def _decide(self, request: Request, outcome: Outcome, by: Actor) -> Response:
        body = _body(request, ("reason", "answers"))
        said = Said(reason=reason_of(body), answers=as_object("answers", body.get("answers", {})))
        return self.shown(decide(self.gate, self.rules, review_id_of(request), outcome, said, by))

    def _cancel(self, request: Request, by: Actor) -> Response:
        reason = reason_of(_body(request, ("reason",)))
        return self.shown(cancel(self.gate, review_id_of(request), reason, by))

    def _remind(self, request: Request, by: Actor) -> Response:
        _body(request, ())
        return self.shown(remind_now(self.gate, review_id_of(request), by))


def _body(request: Request, fields: tuple[str, ...]) -> Mapping[str, Any]:
    """The body's fields. Raises `InvalidInput` for an unknown one."""
    return fields_of("the body", body_of(request), fields)
