"""The error tree: every error knows its code, status, title and fault, and can be shared without losing anything."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator

import pytest

from alistach import errors
from alistach.errors import (
    CallerError,
    CredentialsRejected,
    DeadlineExceeded,
    Fault,
    GatewayError,
    InternalError,
    InvalidParameters,
    MethodNotAllowed,
    OperatorError,
    ParameterProblem,
    RateLimited,
    RecordUnavailable,
    UpstreamBanned,
    UpstreamBusy,
    UpstreamDown,
    UpstreamError,
)
from alistach.openplatform import rejections


def below(base: type[GatewayError]) -> Iterator[type[GatewayError]]:
    for error in base.__subclasses__():
        yield error
        yield from below(error)


ERRORS = [error for error in below(GatewayError) if hasattr(error, "code") and error.__module__.startswith("alistach.")]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_an_error_knows_what_the_caller_is_told(error: type[GatewayError]) -> None:
    assert re.fullmatch("[a-z]+(_[a-z]+)*", error.code)
    assert 400 <= error.status <= 599
    assert error.title
    assert not error.title.endswith(".")
    assert isinstance(error.fault, Fault)
    assert (error.__doc__ or "").endswith(".")


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_the_fault_goes_with_the_status(error: type[GatewayError]) -> None:
    faults = {400: Fault.CALLER, 500: Fault.US, 501: Fault.OPERATOR, 502: Fault.UPSTREAM, 504: Fault.UPSTREAM}
    assert error.fault is faults.get(min(error.status, 400) if error.status < 500 else error.status, error.fault)


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (CredentialsRejected, Fault.OPERATOR),
        (UpstreamBanned, Fault.UPSTREAM),
        (UpstreamDown, Fault.UPSTREAM),
        (UpstreamBusy, Fault.US),
        (RecordUnavailable, Fault.US),
        (InternalError, Fault.US),
        (RateLimited, Fault.CALLER),
    ],
)
def test_whose_fault_a_503_is_differs(error: type[GatewayError], fault: Fault) -> None:
    assert error.fault is fault


@pytest.mark.parametrize(
    ("error", "status", "code", "title"),
    [
        (errors.InvalidParameters, 400, "invalid_parameters", "The question has invalid parameters"),
        (errors.MalformedBody, 400, "malformed_body", "The request body cannot be read"),
        (errors.TrackingIdUnknown, 400, "tracking_id_unknown", "AliExpress does not know this tracking id"),
        (errors.KeyMissing, 401, "key_missing", "A key is needed"),
        (errors.KeyUnknown, 401, "key_unknown", "This key is not known"),
        (errors.AdminKeyMissing, 401, "admin_key_missing", "The admin key is needed"),
        (errors.AdminKeyWrong, 403, "admin_key_wrong", "The admin key is wrong"),
        (errors.OriginNotAllowed, 403, "origin_not_allowed", "This origin is not allowed"),
        (errors.NotFound, 404, "not_found", "There is nothing here"),
        (
            errors.ProductUnavailable,
            404,
            "product_unavailable",
            "No such product, or it is not in the affiliate program",
        ),
        (errors.MethodNotAllowed, 405, "method_not_allowed", "This path does not take this method"),
        (errors.BodyTooLarge, 413, "body_too_large", "The request body is too large"),
        (errors.TargetTooLong, 414, "target_too_long", "The request target is too long"),
        (errors.UnsupportedMediaType, 415, "unsupported_media_type", "The body's media type is not supported"),
        (errors.RateLimited, 429, "rate_limited", "Too many requests from this caller"),
        (errors.HeadersTooLarge, 431, "headers_too_large", "The request headers are too large"),
        (errors.InternalError, 500, "internal_error", "Something is wrong in alistach itself"),
        (
            errors.PermissionGroupMissing,
            501,
            "permission_group_missing",
            "The operator's AliExpress app lacks a permission group",
        ),
        (errors.UpstreamInvalid, 502, "upstream_invalid", "AliExpress sent an answer that cannot be understood"),
        (errors.UpstreamBusy, 503, "upstream_busy", "The app key is busy for longer than this request may wait"),
        (errors.UpstreamBanned, 503, "upstream_banned", "AliExpress has banned this app key"),
        (errors.UpstreamDown, 503, "upstream_down", "AliExpress cannot be reached or is in trouble"),
        (errors.CredentialsRejected, 503, "credentials_rejected", "AliExpress rejected the operator's credentials"),
        (errors.RecordUnavailable, 503, "record_unavailable", "The request cannot be recorded"),
        (
            errors.DeadlineExceeded,
            504,
            "deadline_exceeded",
            "AliExpress did not answer within this request's deadline",
        ),
    ],
)
def test_callers_know_an_error_by_these(error: type[GatewayError], status: int, code: str, title: str) -> None:
    assert (error.status, error.code, error.title) == (status, code, title)


@pytest.mark.parametrize(
    ("finer", "parent"),
    [
        (rejections.AppKeyRejected, CredentialsRejected),
        (rejections.SignatureRejected, CredentialsRejected),
        (rejections.ClockRejected, CredentialsRejected),
        (rejections.AddressRejected, CredentialsRejected),
        (rejections.TokenRejected, CredentialsRejected),
        (rejections.PublisherUnregistered, CredentialsRejected),
        (rejections.PlatformCodeUnknown, errors.UpstreamInvalid),
        (rejections.BackendFailed, UpstreamDown),
    ],
)
def test_a_finer_case_is_told_as_its_parent_is(finer: type[GatewayError], parent: type[GatewayError]) -> None:
    assert issubclass(finer, parent)
    assert (finer.code, finer.status, finer.title, finer.fault) == (
        parent.code,
        parent.status,
        parent.title,
        parent.fault,
    )


def test_an_error_is_raised_and_caught_by_whose_fault_it_is() -> None:
    with pytest.raises(CallerError):
        raise errors.KeyMissing("Send a key.")
    with pytest.raises(OperatorError):
        raise CredentialsRejected("Check the secret.")
    with pytest.raises(UpstreamError):
        raise UpstreamDown("No route.")


def test_what_may_help_when_asked_again() -> None:
    helped = {error.code for error in ERRORS if error.retryable}
    assert helped == {
        "rate_limited",
        "upstream_invalid",
        "upstream_busy",
        "upstream_banned",
        "upstream_down",
        "deadline_exceeded",
        "record_unavailable",
    }


def test_an_error_has_one_parent_that_says_whose_it_is() -> None:
    kinds = (CallerError, OperatorError, UpstreamError, DeadlineExceeded, RecordUnavailable, InternalError)
    assert [error for error in ERRORS if sum(issubclass(error, kind) for kind in kinds) != 1] == []


def test_the_tree_in_the_docstring_names_every_error() -> None:
    drawn = set(re.findall(r"[A-Z][A-Za-z]+(?=[,:\s]|$)", errors.__doc__ or ""))
    assert [
        error.__name__ for error in ERRORS if error.__module__ == "alistach.errors" and error.__name__ not in drawn
    ] == []


def test_an_error_keeps_what_it_is_told() -> None:
    error = UpstreamDown("No route.", retry_after=2.5, upstream_request_id="21abc", upstream_calls=3)
    assert (str(error), error.detail, error.retry_after) == ("No route.", "No route.", 2.5)
    assert (error.upstream_request_id, error.upstream_calls) == ("21abc", 3)


def test_an_error_is_told_nothing_unless_it_is() -> None:
    error = UpstreamDown("No route.")
    assert (error.retry_after, error.upstream_request_id, error.upstream_calls) == (None, None, 0)


def test_a_share_is_the_same_failure_with_other_calls() -> None:
    error = UpstreamBanned("Banned.", retry_after=9.0, upstream_request_id="21abc", upstream_calls=3)
    error.__cause__ = cause = OSError("cause")
    share = error.shared(0)
    assert (type(share), share.detail, share.retry_after, share.upstream_request_id) == (
        UpstreamBanned,
        "Banned.",
        9.0,
        "21abc",
    )
    assert (share.upstream_calls, error.upstream_calls, share.__cause__) == (0, 3, cause)
    assert share is not error


def test_a_share_keeps_what_only_its_class_has() -> None:
    problem = ParameterProblem("page_no", "must be 1 to 5000, was 0")
    assert InvalidParameters("Wrong.", problems=(problem,)).shared(1).problems == (problem,)
    assert MethodNotAllowed("No.", allow=("GET",)).shared(0).allow == ("GET",)


@pytest.mark.parametrize(
    ("left", "headline"),
    [
        (None, "AliExpress has banned this app key"),
        (0.2, "AliExpress has banned this app key for 1 second"),
        (1.0, "AliExpress has banned this app key for 1 second"),
        (11.2, "AliExpress has banned this app key for 12 seconds"),
    ],
)
def test_a_ban_says_how_long_still_as_retry_after_does(left: float | None, headline: str) -> None:
    assert UpstreamBanned("Banned.", retry_after=left).headline == headline


def test_any_other_headline_is_the_title() -> None:
    assert UpstreamDown("No route.").headline == UpstreamDown.title


def test_invalid_parameters_can_be_told_without_naming_any() -> None:
    assert InvalidParameters("AliExpress refused it.").problems == ()


def test_a_problem_is_a_value() -> None:
    assert ParameterProblem("a", "b") == ParameterProblem("a", "b")
    assert pickle.loads(pickle.dumps(ParameterProblem("a", "b"))) == ParameterProblem("a", "b")  # noqa: S301 (our own)
