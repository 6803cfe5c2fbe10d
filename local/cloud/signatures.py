"""Verification of AWS Signature Version 4.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

# Ministack has no type annotations, and its internals are private.
# pyright: reportMissingTypeStubs=false, reportPrivateUsage=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote

from ministack.core import sigv4
from ministack.core.iam_evaluator import (
    AmbiguousAccessKeyError,
    AuthError,
    CredentialResolutionError,
    ResolvedCredential,
    find_iam_access_key_account,
    is_root_access_key,
    resolve_credential,
)
from ministack.core.responses import _account_from_sts_session
from ministack.core.router import detect_service
from ministack.core.sigv4 import HeaderSignature

from local.cloud.keys import root_keys

if TYPE_CHECKING:
    from starlette.types import Scope

ALGORITHM = "AWS4-HMAC-SHA256"
_HEADER = re.compile(
    rf"{ALGORITHM} Credential=([^/,\s]+)/([0-9]{{8}})/([^/,\s]+)/([^/,\s]+)/aws4_request, ?"
    r"SignedHeaders=([a-z0-9_.;-]+), ?Signature=([0-9a-f]{64})"
)
_MOMENT = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_ACCOUNT = re.compile(r"[0-9]{12}")
_IN_QUERIES = {"x-amz-algorithm", "x-amz-credential", "x-amz-signature", "awsaccesskeyid"}
_LONGEST_LINK = timedelta(days=7)
_SKEW = timedelta(minutes=15)
_UNSIGNED_BODIES = ("UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
_SIGNED_CHUNKS = ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", f"STREAMING-{ALGORITHM}-PAYLOAD-TRAILER")

signer: ContextVar[HeaderSignature | None] = ContextVar("signer", default=None)
"""The verified header signature of the current request."""


@dataclass(frozen=True)
class SignedRequest:
    """A request as received, with its body once read."""

    method: str
    raw_path: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes = b""

    @classmethod
    def of(cls, scope: Scope, body: bytes = b"") -> SignedRequest:
        """Build it from an ASGI scope; repeated headers are joined as signatures require."""
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            key, text = name.decode("latin-1").lower(), sigv4.decode_header_value(value)
            headers[key] = f"{headers[key]},{text}" if key in headers else text
        return cls(
            scope["method"],
            (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1"),
            scope["path"],
            parse_qs(scope["query_string"].decode("utf-8", "replace"), keep_blank_values=True),
            headers,
            body,
        )

    @property
    def is_signed(self) -> bool:
        """Whether the Authorization header has a signature, valid or not."""
        return self.headers.get("authorization", "").startswith(ALGORITHM)

    @property
    def is_presigned(self) -> bool:
        """Whether the query has a signature or part of one."""
        return any(name.lower() in _IN_QUERIES for name in self.query)

    @property
    def service(self) -> str:
        """The service that the request is for, by ministack's name."""
        return detect_service(self.method, self.path, self.headers, self.query)


@dataclass(frozen=True)
class Signatures:
    """Verifies signatures. Root secrets are derived from this run's secret."""

    secret: str

    def check(self, request: SignedRequest) -> HeaderSignature | AuthError:
        """Return the valid signature of a header or presigned URL, or the error.

        A request with both is rejected.
        """
        if request.is_signed and not request.is_presigned:
            return self._in_header(request)
        if request.is_presigned and "authorization" not in request.headers:
            return self._in_link(request)
        return AuthError("UnsupportedSignature", "A request must have one version 4 signature.")

    def _in_header(self, request: SignedRequest) -> HeaderSignature | AuthError:
        found = _HEADER.fullmatch(request.headers["authorization"])
        if not found:
            return AuthError("IncompleteSignature", "Cannot parse the Authorization header.")
        moment = request.headers.get("x-amz-date", "")
        signature = HeaderSignature(*found.groups(), amz_date=moment)
        if not _MOMENT.fullmatch(moment):
            return AuthError("IncompleteSignature", "The header X-Amz-Date is required.")
        if late := sigv4.request_time_failure(signature):
            return AuthError(*late)
        token = request.headers.get("x-amz-security-token", "")
        return (
            self._verify(request, signature, token) or _body_error(request, signature) or signature
        )

    def _in_link(self, request: SignedRequest) -> HeaderSignature | AuthError:
        """Verify a presigned URL. As with S3, all `X-Amz-…` headers must be signed."""
        signature = sigv4.parse_query_signature(request.query)
        if isinstance(signature, tuple):
            return AuthError(*signature)
        parameters = [(name.lower(), value) for name, its in request.query.items() for value in its]
        steering = dict(it for it in parameters if it[0].startswith("x-amz-"))
        signed_headers = signature.signed_headers.split(";")
        if (
            len(steering) != sum(name.startswith("x-amz-") for name, _ in parameters)
            or steering.get("x-amz-algorithm") != ALGORITHM
            or not re.fullmatch("[0-9a-f]{64}", signature.signature)
            or (signature.service, request.service) != ("s3", "s3")
            or not {n for n in request.headers if n.startswith("x-amz-")} <= set(signed_headers)
        ):
            return AuthError("SignatureDoesNotMatch", "This URL is not presigned for S3.")
        if not _is_current(signature.amz_date, steering.get("x-amz-expires", "")):
            return AuthError("AccessDenied", "Request has expired")
        token = steering.get("x-amz-security-token", "")
        return self._verify(request, signature, token, presigned=True) or signature

    def _verify(
        self,
        request: SignedRequest,
        signature: HeaderSignature,
        token: str,
        *,
        presigned: bool = False,
    ) -> AuthError | None:
        """Recompute the signature; return the error if it does not match."""
        secret = self._secret_of(signature.access_key_id, token)
        if isinstance(secret, AuthError):
            return secret
        if "host" not in signature.signed_headers.split(";"):
            return AuthError("SignatureDoesNotMatch", "The header Host must be signed.")
        wrong = sigv4.header_signature_failure(
            signature,
            secret,
            request.method,
            request.raw_path,
            request.query,
            request.headers,
            request.body,
            presigned=presigned,
        )
        if not wrong or _signs_path_as_sent(request, signature, secret):
            return None
        return AuthError(*wrong)

    def resolve(self, key: str, *scope: Any) -> ResolvedCredential | CredentialResolutionError:
        """Resolve a key as ministack does, with this run's secret instead of `test` for roots."""
        found: Any = resolve_credential(key, *scope)
        if isinstance(found, ResolvedCredential) and found.principal_type == "Root":
            return replace(found, secret_access_key=root_keys(self.secret, key).secret_access_key)
        return found

    def _secret_of(self, key: str, token: str) -> str | AuthError:
        """Find the secret of a root, user or session key."""
        account: str | None = None
        if _ACCOUNT.fullmatch(key):
            account = key
        elif not is_root_access_key(key):  # well-known keys of ministack
            with suppress(AmbiguousAccessKeyError):
                account = _account_from_sts_session(key) or find_iam_access_key_account(key)
        found = self.resolve(key, account, token) if account else _UNKNOWN
        if isinstance(found, ResolvedCredential):
            return found.secret_access_key
        return AuthError(found.code, found.message)


_UNKNOWN = CredentialResolutionError(
    "InvalidClientTokenId", "The security token included in the request is invalid."
)


def _signs_path_as_sent(request: SignedRequest, signature: HeaderSignature, secret: str) -> bool:
    """Whether curl signed this call to an HTTP API, which signs the path's `$` unescaped."""
    if signature.service != "execute-api":
        return False
    signed = (
        request.method,
        request.raw_path,
        sigv4.build_canonical_query_string(request.query),
        sigv4.build_canonical_headers(request.headers, signature.signed_headers),
        signature.signed_headers,
        hashlib.sha256(request.body).hexdigest(),
    )
    scope = (signature.date_stamp, signature.region, signature.service)
    text = sigv4.build_string_to_sign(signature.amz_date, *scope, "\n".join(signed))
    computed = sigv4.calculate_signature(secret, *scope, text)
    return sigv4.signatures_match(computed, signature.signature)


def _body_error(request: SignedRequest, signature: HeaderSignature) -> AuthError | None:
    """Check the body's digest. S3 also accepts unsigned and chunked bodies."""
    digest = request.headers.get("x-amz-content-sha256")
    if digest is None or digest == hashlib.sha256(request.body).hexdigest():
        return None
    if signature.service == "s3" and digest in (*_UNSIGNED_BODIES, *_SIGNED_CHUNKS):
        return None
    return AuthError("XAmzContentSHA256Mismatch", "The body does not match the signed digest.")


def _is_current(signed_at: str, seconds: str) -> bool:
    """Whether a presigned URL is valid now."""
    if not _MOMENT.fullmatch(signed_at) or not re.fullmatch("[0-9]{1,6}", seconds):
        return False
    if not 1 <= int(seconds) <= _LONGEST_LINK.total_seconds():
        return False
    try:
        made = datetime.strptime(signed_at, "%Y%m%dT%H%M%S%z")
    except ValueError:
        return False
    return made - _SKEW <= datetime.now(UTC) <= made + timedelta(seconds=int(seconds))
