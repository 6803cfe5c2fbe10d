"""HTTP as both doors see it: API Gateway's payload format 2.0 in and out.

Format: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import binascii
import json
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from lambdas.domain.review.ids import LinkedId

_MOST_FIELDS = 20
_LONGEST_BODY = 1_000_000


@dataclass(frozen=True, kw_only=True)
class HttpRequest:
    """A request, as far as it matters here."""

    method: str
    path: str
    linked_id: LinkedId | None
    """The review that a link or a form names; none where it names none, or it is no such id."""
    query: Mapping[str, str] = field(repr=False)
    form: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    """By name in lower case."""
    body: bytes = field(repr=False)
    """As it was sent; empty where its base64 is broken."""
    wants_json: bool
    """Instead of a page; whoever says nothing gets a page."""
    is_browser: bool
    source_address: str
    route: str = ""
    """The route of the API that it came by, such as `GET /operator/reviews`."""
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    """What the path has where the route names a parameter."""
    identity: str = ""
    """The IAM identity whose signature API Gateway has checked; empty where it has not."""

    @property
    def is_form(self) -> bool:
        """Whether the body is a form; an empty one is."""
        return not self.body or _is_form(self.headers)

    @property
    def is_foreign(self) -> bool:
        """Whether a page of another site made the browser send it.

        Browsers say so in a header that no page can change. `Origin` says nothing here: pages with
        `Referrer-Policy: no-referrer`, as ours are, send `null`.
        https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
        """
        return self.headers.get("sec-fetch-site", "none") not in ("same-origin", "none")

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "HttpRequest":
        """Read an event. What cannot be understood is empty: no input raises."""
        http = event.get("requestContext", {}).get("http", {})
        given: Mapping[str, str] = event.get("headers") or {}
        headers = {name.lower(): value for name, value in given.items()}
        query: Mapping[str, str] = event.get("queryStringParameters") or {}
        is_post = http.get("method") == "POST"
        accept = headers.get("accept", "")
        body = _raw_body(event)
        form = _form(body) if is_post and _is_form(headers) else {}
        return cls(
            method=http.get("method", ""),
            path=event.get("rawPath", ""),
            linked_id=LinkedId.parse((form if is_post else query).get("review", "")),
            query=query,
            form=form,
            headers=headers,
            body=body,
            wants_json="application/json" in accept and "text/html" not in accept,
            is_browser="text/html" in accept,
            source_address=http.get("sourceIp", ""),
            route=event.get("routeKey", ""),
            parameters=event.get("pathParameters") or {},
            identity=_identity(event),
        )


@dataclass(frozen=True, kw_only=True)
class HttpResponse:
    """An answer; `headers` come on top of those that every answer has."""

    status: HTTPStatus
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def to_event(self) -> dict[str, Any]:
        """Lay the answer out for API Gateway."""
        return {
            "statusCode": int(self.status),
            "headers": {**_ALWAYS, **self.headers},
            "body": self.body,
        }


_ALWAYS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


def is_certificate_check(request: HttpRequest) -> bool:
    """Whether Slack only checks the certificate of a slash command's URL, with no signature.

    https://docs.slack.dev/interactivity/implementing-slash-commands
    """
    sent = {**request.query, **request.form}
    return request.path == "/slack/commands" and sent.get("ssl_check") == "1"


def as_json(
    status: HTTPStatus, value: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Answer with JSON."""
    own = {"Content-Type": "application/json", **(headers or {})}
    return HttpResponse(status=status, body=json.dumps(value), headers=own)


def _identity(event: Mapping[str, Any]) -> str:
    """Who signed the request, on routes that want it. No caller can write this.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    """
    authorizer: Mapping[str, Any] = event.get("requestContext", {}).get("authorizer") or {}
    iam: Mapping[str, str] = authorizer.get("iam") or {}
    return iam.get("userArn") or ""


def _raw_body(event: Mapping[str, Any]) -> bytes:
    body: str = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _is_form(headers: Mapping[str, str]) -> bool:
    content_type = headers.get("content-type", "").split(";")[0].strip().lower()
    return content_type == "application/x-www-form-urlencoded"


def _form(body: bytes) -> dict[str, str]:
    if len(body) > _LONGEST_BODY:
        return {}
    try:
        pairs = urllib.parse.parse_qsl(
            body.decode("utf-8", "replace"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        return {}
    return dict(reversed(pairs))
