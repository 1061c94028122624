"""Every failure that alistach tells a caller about.

    GatewayError
    ├── CallerError: the question or its asker
    │   ├── InvalidParameters, MalformedBody, TrackingIdUnknown                       400
    │   ├── KeyMissing, KeyUnknown, AdminKeyMissing                                   401
    │   ├── AdminKeyWrong, OriginNotAllowed                                           403
    │   ├── NotFound, ProductUnavailable                                              404
    │   ├── MethodNotAllowed, BodyTooLarge, TargetTooLong,
    │   │   UnsupportedMediaType, HeadersTooLarge                                     405 413 414 415 431
    │   └── RateLimited                                                               429
    ├── OperatorError: what only the operator can put right
    │   ├── PermissionGroupMissing                                                    501
    │   └── CredentialsRejected                                                       503
    ├── UpstreamError: the Open Platform or the way to it
    │   ├── UpstreamInvalid                                                           502
    │   └── UpstreamBusy, UpstreamBanned, UpstreamDown                                503
    ├── DeadlineExceeded                                                              504
    ├── RecordUnavailable                                                             503
    └── InternalError                                                                 500

`openplatform/rejections.py` tells finer cases of CredentialsRejected, UpstreamInvalid and UpstreamDown apart, under
the same codes. `docs/errors.md` explains each code to a caller; a test keeps it complete.
"""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from typing import ClassVar, Self


class Fault(enum.StrEnum):
    """Whose failure it is: this decides who is told, and whether the circuit breaker counts it."""

    CALLER = "caller"
    OPERATOR = "operator"
    UPSTREAM = "upstream"
    US = "us"


@dataclass(frozen=True, slots=True)
class ParameterProblem:
    """One parameter and what is wrong with it."""

    parameter: str
    message: str


class GatewayError(Exception):
    """A foreseen failure. `detail` says what happened and what to do next, in one or two sentences.

    `retry_after` is in seconds; `upstream_calls` counts the calls that were spent before it failed.
    """

    code: ClassVar[str]
    status: ClassVar[int]
    title: ClassVar[str]
    fault: ClassVar[Fault]
    retryable: ClassVar[bool] = False

    def __init__(
        self,
        detail: str,
        *,
        retry_after: float | None = None,
        upstream_request_id: str | None = None,
        upstream_calls: int = 0,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after = retry_after
        self.upstream_request_id = upstream_request_id
        self.upstream_calls = upstream_calls

    @property
    def headline(self) -> str:
        """The title for this very case; subclasses may say more than the class's `title`."""
        return self.title

    def shared(self, upstream_calls: int) -> Self:
        """The same failure for one of several who waited for it, with that one's share of the upstream calls."""
        share = self.__class__.__new__(self.__class__, *self.args)
        share.__dict__.update(self.__dict__, upstream_calls=upstream_calls)
        share.__cause__ = self.__cause__
        return share


class CallerError(GatewayError):
    """The question, or who asked it, is at fault; the same question fails again."""

    fault = Fault.CALLER


class InvalidParameters(CallerError):
    """One or more parameters are missing, unknown, mistyped or out of range, or AliExpress refused their values."""

    code, status, title = "invalid_parameters", 400, "The question has invalid parameters"

    def __init__(
        self,
        detail: str,
        *,
        problems: tuple[ParameterProblem, ...] = (),
        upstream_request_id: str | None = None,
        upstream_calls: int = 0,
    ) -> None:
        super().__init__(detail, upstream_request_id=upstream_request_id, upstream_calls=upstream_calls)
        self.problems = problems


class MalformedBody(CallerError):
    """The body is not the JSON object that the operation takes, or it broke off."""

    code, status, title = "malformed_body", 400, "The request body cannot be read"


class TrackingIdUnknown(CallerError):
    """The platform does not know the tracking id that the caller sent (`resp_code` 402)."""

    code, status, title = "tracking_id_unknown", 400, "AliExpress does not know this tracking id"


class KeyMissing(CallerError):
    """A key is needed and none was sent."""

    code, status, title = "key_missing", 401, "A key is needed"


class KeyUnknown(CallerError):
    """The key that was sent is not one of this service's."""

    code, status, title = "key_unknown", 401, "This key is not known"


class AdminKeyMissing(CallerError):
    """An admin path was asked without `X-Admin-API-Key`."""

    code, status, title = "admin_key_missing", 401, "The admin key is needed"


class AdminKeyWrong(CallerError):
    """`X-Admin-API-Key` was sent with another value than the service's."""

    code, status, title = "admin_key_wrong", 403, "The admin key is wrong"


class OriginNotAllowed(CallerError):
    """A browser asked from an origin that is not in `ALLOWED_ORIGINS`."""

    code, status, title = "origin_not_allowed", 403, "This origin is not allowed"


class NotFound(CallerError):
    """There is nothing at this path, or no such category."""

    code, status, title = "not_found", 404, "There is nothing here"


class ProductUnavailable(CallerError):
    """No such product, or not in the program, or not shipped to that country: the platform does not tell which."""

    code, status, title = "product_unavailable", 404, "No such product, or it is not in the affiliate program"


class MethodNotAllowed(CallerError):
    """The path exists, but not for this method."""

    code, status, title = "method_not_allowed", 405, "This path does not take this method"

    def __init__(self, detail: str, *, allow: tuple[str, ...]) -> None:
        super().__init__(detail)
        self.allow = allow


class BodyTooLarge(CallerError):
    """The request body is over 131,072 bytes."""

    code, status, title = "body_too_large", 413, "The request body is too large"


class TargetTooLong(CallerError):
    """The request target, path and query together, is over 8,192 bytes."""

    code, status, title = "target_too_long", 414, "The request target is too long"


class UnsupportedMediaType(CallerError):
    """The body is of a media type that the operation does not take."""

    code, status, title = "unsupported_media_type", 415, "The body's media type is not supported"


class HeadersTooLarge(CallerError):
    """The request headers are over 16,384 bytes together."""

    code, status, title = "headers_too_large", 431, "The request headers are too large"


class RateLimited(CallerError):
    """The caller is over its own limit, by the second or by the minute. No other caller is concerned, nor AliExpress."""

    code, status, title = "rate_limited", 429, "Too many requests from this caller"
    retryable = True


class OperatorError(GatewayError):
    """Only the operator can put this right; no retry helps."""

    fault = Fault.OPERATOR


class PermissionGroupMissing(OperatorError):
    """The operator's app has not been granted the permission group of this method (`InsufficientPermission`)."""

    code, status, title = "permission_group_missing", 501, "The operator's AliExpress app lacks a permission group"


class CredentialsRejected(OperatorError):
    """The platform refused the operator's key, signature, token, address, account or own tracking id."""

    code, status, title = "credentials_rejected", 503, "AliExpress rejected the operator's credentials"


class UpstreamError(GatewayError):
    """The Open Platform, or the way to it, failed."""

    fault = Fault.UPSTREAM


class UpstreamInvalid(UpstreamError):
    """The platform answered, but not with anything that can be understood."""

    code, status, title = "upstream_invalid", 502, "AliExpress sent an answer that cannot be understood"
    retryable = True


class UpstreamBusy(UpstreamError):
    """The wait for a turn at the app key would be longer than the caller's deadline. Nothing was sent."""

    code, status, title = "upstream_busy", 503, "The app key is busy for longer than this request may wait"
    fault = Fault.US
    retryable = True


class UpstreamBanned(UpstreamError):
    """The platform has banned the app key for a time, and nothing is sent until that is over."""

    code, status, title = "upstream_banned", 503, "AliExpress has banned this app key"
    retryable = True

    @property
    def headline(self) -> str:
        if self.retry_after is None:
            return self.title
        seconds = max(1, math.ceil(self.retry_after))
        return f"{self.title} for {seconds} second{'' if seconds == 1 else 's'}"


class UpstreamDown(UpstreamError):
    """The platform cannot be reached, broke off, or says that it or its backend is in trouble."""

    code, status, title = "upstream_down", 503, "AliExpress cannot be reached or is in trouble"
    retryable = True


class DeadlineExceeded(GatewayError):
    """The caller's deadline passed before the platform answered. The call itself goes on, and its answer will be kept."""

    code, status, title = "deadline_exceeded", 504, "AliExpress did not answer within this request's deadline"
    fault = Fault.UPSTREAM
    retryable = True


class RecordUnavailable(GatewayError):
    """What must be written down could not be, so it is not done or not answered."""

    code, status, title = "record_unavailable", 503, "The request cannot be recorded"
    fault = Fault.US
    retryable = True


class InternalError(GatewayError):
    """A defect of alistach."""

    code, status, title = "internal_error", 500, "Something is wrong in alistach itself"
    fault = Fault.US
