"""HTTP requests and responses in API Gateway's payload format 2.0.

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

_MAX_FIELDS = 20
_MAX_BODY_BYTES = 1_000_000


@dataclass(frozen=True, kw_only=True)
class HttpRequest:
    """A request, parsed from an event."""

    method: str
    path: str
    linked_id: LinkedId | None
    """The review named by the link or the form; none where the id is missing or malformed."""
    query: Mapping[str, str] = field(repr=False)
    form: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    """By lower-case name."""
    body: bytes = field(repr=False)
    """Decoded; empty where its base64 is invalid."""
    wants_json: bool
    """Whether to respond with JSON; a page is the default."""
    is_browser: bool
    source_address: str
    route: str = ""
    """The API's route, such as `GET /operator/reviews`."""
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    """The path parameters."""
    identity: str = ""
    """The IAM identity whose signature API Gateway verified; empty on unsigned routes."""

    @property
    def is_form(self) -> bool:
        """Whether the body is a form or empty."""
        return not self.body or _is_form(self.headers)

    @property
    def is_cross_site(self) -> bool:
        """Whether a page of another site made the browser send the request.

        No page can change this header. `Origin` does not help: pages with
        `Referrer-Policy: no-referrer`, such as ours, send `null`.
        https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
        """
        return self.headers.get("sec-fetch-site", "none") not in ("same-origin", "none")

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "HttpRequest":
        """Parse an event. Malformed parts are left empty: no input raises."""
        http = event.get("requestContext", {}).get("http", {})
        sent_headers: Mapping[str, str] = event.get("headers") or {}
        headers = {name.lower(): value for name, value in sent_headers.items()}
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
    """A response; `headers` are added to those of every response."""

    status: HTTPStatus
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def to_event(self) -> dict[str, Any]:
        """The response as API Gateway expects it."""
        return {
            "statusCode": int(self.status),
            "headers": {**_COMMON_HEADERS, **self.headers},
            "body": self.body,
        }


_COMMON_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


def is_certificate_check(request: HttpRequest) -> bool:
    """Whether this is Slack's unsigned certificate check of a slash command's URL.

    https://docs.slack.dev/interactivity/implementing-slash-commands
    """
    fields = {**request.query, **request.form}
    return request.path == "/slack/commands" and fields.get("ssl_check") == "1"


def as_json(
    status: HTTPStatus, value: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """A JSON response."""
    own = {"Content-Type": "application/json", **(headers or {})}
    return HttpResponse(status=status, body=json.dumps(value), headers=own)


def _identity(event: Mapping[str, Any]) -> str:
    """The identity that signed the request, from API Gateway: no caller can set it.

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
    if len(body) > _MAX_BODY_BYTES:
        return {}
    try:
        pairs = urllib.parse.parse_qsl(
            body.decode("utf-8", "replace"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=_MAX_FIELDS,
        )
    except ValueError:
        return {}
    return dict(reversed(pairs))
