"""AWS Signature Version 4 for requests.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import NoCredentialsError
from requests.auth import AuthBase

if TYPE_CHECKING:
    from boto3 import Session
    from requests import PreparedRequest


class Signature(AuthBase):
    """Signs requests with the session's current credentials."""

    def __init__(self, session: Session, region: str) -> None:
        self._session = session
        self._region = region

    def __call__(self, r: PreparedRequest) -> PreparedRequest:
        """Sign a request. Raises botocore's errors if there are no credentials."""
        credentials = self._session.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        signed = AWSRequest(method=str(r.method), url=str(r.url), data=r.body)
        frozen = credentials.get_frozen_credentials()
        SigV4Auth(frozen, "execute-api", self._region).add_auth(signed)
        r.headers.update(dict(signed.headers.items()))
        return r
