"""Texts in an object's metadata, which HTTP headers carry: ASCII, or encoded words.

S3 returns text that is not ASCII as encoded words, also if the uploader did not encode it.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata
https://www.rfc-editor.org/rfc/rfc2047
"""

import email.errors
import email.header

TITLE = "title"
REQUESTED_BY = "requested-by"
DELIMITER = "delimiter"
"""Keys of an uploaded file's metadata, below `x-amz-meta-`."""
_WORD = "=?"
"""Begins an encoded word."""


def encoded(text: str) -> str:
    """The text as the value of a header."""
    if text.isascii() and _WORD not in text:
        return text
    return email.header.Header(text, "utf-8", maxlinelen=0).encode()


def decoded(value: str) -> str:
    """The text of a header's value; the value itself if it is not a valid encoded word."""
    try:
        return "".join(
            part if isinstance(part, str) else part.decode(charset or "ascii", "replace")
            for part, charset in email.header.decode_header(value)
        )
    # Unknown character sets, and those that Python has for other purposes, such as `undefined`.
    except (email.errors.HeaderParseError, LookupError, UnicodeError):
        return value
