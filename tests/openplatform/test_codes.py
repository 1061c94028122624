"""The table of codes: complete, and each code means the error, fault and repeat that it should."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach import errors
from alistach.errors import Fault, GatewayError, InvalidParameters, UpstreamBanned
from alistach.openplatform import rejections
from alistach.openplatform.codes import (
    BUSINESS,
    EMPTY,
    LONGEST_BAN_SECONDS,
    ORDERS,
    PLATFORM,
    SUB_CODES,
    SUCCESS,
    UNSTATED_BAN_SECONDS,
    Meaning,
    Refusal,
    ban_seconds,
    business_meaning_of,
    error_for,
    meaning_of,
)
from alistach.openplatform.envelope import open_envelope
from tests.openplatform.stand_ins import error_samples, refusal

METHOD = "aliexpress.affiliate.product.query"
GROUP = "Standard API for Publishers"

# Every code that the platform is documented or known to send: its error, whose fault it is, whether to repeat.
DOCUMENTED_PLATFORM = {
    "MissingParameter": (errors.InvalidParameters, Fault.CALLER, False),
    "InvalidParameter": (errors.InvalidParameters, Fault.CALLER, False),
    "UnsupportedParamMapping": (errors.InvalidParameters, Fault.CALLER, False),
    "InvalidAppKey": (rejections.AppKeyRejected, Fault.OPERATOR, False),
    "IncompleteSignature": (rejections.SignatureRejected, Fault.OPERATOR, False),
    "IllegalTimestamp": (rejections.ClockRejected, Fault.OPERATOR, True),
    "InvalidApiPath": (errors.NotFound, Fault.CALLER, False),
    "InsufficientPermission": (errors.PermissionGroupMissing, Fault.OPERATOR, False),
    "AppWhiteIpLimit": (rejections.AddressRejected, Fault.OPERATOR, False),
    "IllegalAccessToken": (rejections.TokenRejected, Fault.OPERATOR, False),
    "IllegalRefreshToken": (rejections.TokenRejected, Fault.OPERATOR, False),
    "InvalidCode": (rejections.TokenRejected, Fault.OPERATOR, False),
    "isv.402": (rejections.TokenRejected, Fault.OPERATOR, False),
    "AUTH_TYPE_UNSUPPORTED": (rejections.TokenRejected, Fault.OPERATOR, False),
    "ApiCallLimit": (errors.UpstreamBanned, Fault.UPSTREAM, True),
    "ServiceUnavailable": (errors.UpstreamDown, Fault.UPSTREAM, True),
    "ServiceTimeout": (errors.UpstreamDown, Fault.UPSTREAM, True),
    "InternalError": (errors.UpstreamDown, Fault.UPSTREAM, True),
    "7": (errors.UpstreamBanned, Fault.UPSTREAM, True),
    "11": (errors.PermissionGroupMissing, Fault.OPERATOR, False),
    "15": (errors.UpstreamDown, Fault.UPSTREAM, True),
    "25": (rejections.SignatureRejected, Fault.OPERATOR, False),
    "27": (rejections.TokenRejected, Fault.OPERATOR, False),
    "29": (rejections.AppKeyRejected, Fault.OPERATOR, False),
    "40": (errors.InvalidParameters, Fault.CALLER, False),
    "41": (errors.InvalidParameters, Fault.CALLER, False),
}
DOCUMENTED_SUB_CODES = {
    "isp.service-unavailable": (errors.UpstreamDown, Fault.UPSTREAM, True),
    "isv.insufficient-permission": (errors.PermissionGroupMissing, Fault.OPERATOR, False),
    "isv.invalid-authorization": (rejections.TokenRejected, Fault.OPERATOR, False),
    "isv.account-migration-check-fail": (errors.CredentialsRejected, Fault.OPERATOR, False),
    "accesscontrol.limited-by-app-access-count": (errors.UpstreamBanned, Fault.UPSTREAM, True),
    "accesscontrol.limited-by-api-access-count": (errors.UpstreamBanned, Fault.UPSTREAM, True),
    "accesscontrol.limited-by-app-api-access-count": (errors.UpstreamBanned, Fault.UPSTREAM, True),
}
DOCUMENTED_BUSINESS = {
    "401": (rejections.PublisherUnregistered, Fault.OPERATOR, False),
    "402": (errors.TrackingIdUnknown, Fault.CALLER, False),
    "404": (rejections.BackendFailed, Fault.UPSTREAM, True),
    "407": (errors.InvalidParameters, Fault.CALLER, False),
    "501": (errors.ProductUnavailable, Fault.CALLER, False),
    "602": (errors.ProductUnavailable, Fault.CALLER, False),
    "605": (errors.ProductUnavailable, Fault.CALLER, False),
    "1001": (errors.NotFound, Fault.CALLER, False),
    "NGSELECTION_SEARCH_ERROR": (errors.InvalidParameters, Fault.CALLER, False),
}
DOCUMENTED_ORDERS = {
    "B_DROPSHIPPER_DELIVERY_ADDRESS_VALIDATE_FAIL": errors.InvalidParameters,
    "BLACKLIST_BUYER_IN_LIST": errors.CredentialsRejected,
    "USER_ACCOUNT_DISABLED": errors.CredentialsRejected,
    "PRICE_PAY_CURRENCY_ERROR": errors.InvalidParameters,
    "DELIVERY_METHOD_NOT_EXIST": errors.InvalidParameters,
    "INVENTORY_HOLD_ERROR": errors.ProductUnavailable,
    "REPEATED_ORDER_ERROR": errors.InvalidParameters,
    "ERROR_WHEN_BUILD_FOR_PLACE_ORDER": errors.UpstreamDown,
    "A001_ORDER_CANNOT_BE_PLACED": errors.InvalidParameters,
    "A002_INVALID_ZONE": errors.InvalidParameters,
    "A003_SUSPICIOUS_BUYER": errors.CredentialsRejected,
    "A004_CANNOT_USER_COUPON": errors.InvalidParameters,
    "A005_INVALID_COUNTRIES": errors.InvalidParameters,
    "A006_INVALID_ACCOUNT_INFO": errors.CredentialsRejected,
}
EVERY_MEANING = [*PLATFORM.values(), *SUB_CODES.values(), *BUSINESS.values(), *ORDERS.values()]


def refused(code: str, message: str = "", **more: Any) -> Refusal:
    return Refusal(code, message, METHOD, GROUP, **more)


def summary(meaning: Meaning) -> tuple[type[GatewayError], Fault, bool]:
    return (meaning.error, meaning.fault, meaning.retryable)


def test_the_platforms_codes_are_all_there_and_mean_what_they_should() -> None:
    assert {code: summary(meaning) for code, meaning in PLATFORM.items()} == DOCUMENTED_PLATFORM


def test_the_sub_codes_are_all_there_and_mean_what_they_should() -> None:
    assert {code: summary(meaning) for code, meaning in SUB_CODES.items()} == DOCUMENTED_SUB_CODES


def test_the_business_codes_are_all_there_and_mean_what_they_should() -> None:
    assert {code: summary(meaning) for code, meaning in BUSINESS.items()} == DOCUMENTED_BUSINESS


def test_the_order_codes_are_all_there_and_none_is_repeated() -> None:
    assert {code: meaning.error for code, meaning in ORDERS.items()} == DOCUMENTED_ORDERS
    assert not any(meaning.retryable for meaning in ORDERS.values())


def test_success_and_emptiness_are_no_failures() -> None:
    assert sorted(SUCCESS) == ["0", "00", "200"]
    assert EMPTY == "405"
    assert not SUCCESS & {*PLATFORM, *BUSINESS}
    assert EMPTY not in BUSINESS


def test_the_clock_and_a_backends_failure_are_worth_one_repeat() -> None:
    assert (PLATFORM["IllegalTimestamp"].retries, BUSINESS["404"].retries) == (1, 1)


@pytest.mark.parametrize("meaning", EVERY_MEANING)
def test_every_advice_is_a_sentence(meaning: Meaning) -> None:
    assert meaning.advice[0].isupper()
    assert meaning.advice.endswith(".")
    assert len(meaning.advice) > 15


@pytest.mark.parametrize("code", sorted(DOCUMENTED_PLATFORM))
def test_every_code_of_the_gateway_is_raised_as_its_error(code: str) -> None:
    expected = DOCUMENTED_PLATFORM[code][0]
    with pytest.raises(GatewayError) as caught:
        open_envelope(refusal(code), METHOD, GROUP)
    assert type(caught.value) is expected


@pytest.mark.parametrize("code", ["7", "25", "41"])
def test_a_code_may_come_as_a_number(code: str) -> None:
    with pytest.raises(DOCUMENTED_PLATFORM[code][0]):
        open_envelope(refusal(int(code)), METHOD, GROUP)


@pytest.mark.parametrize("sub_code", sorted(DOCUMENTED_SUB_CODES))
def test_the_sub_code_decides_over_code_15(sub_code: str) -> None:
    with pytest.raises(GatewayError) as caught:
        open_envelope(refusal("15", "Remote service error", sub_code=sub_code), METHOD, GROUP)
    assert type(caught.value) is DOCUMENTED_SUB_CODES[sub_code][0]


@pytest.mark.parametrize(
    ("code", "sub_code", "kind", "expected"),
    [
        ("15", "isp.anything-else", "ISP", errors.UpstreamDown),
        ("15", "isv.anything-else", "ISP", rejections.PlatformCodeUnknown),
        ("isp.anything-else", "", "", errors.UpstreamDown),
        ("SomethingNew", "", "SYSTEM", errors.UpstreamDown),
        ("SomethingNew", "", "isp", errors.UpstreamDown),
        ("SomethingNew", "", "ISV", rejections.PlatformCodeUnknown),
        ("SomethingNew", "", "", rejections.PlatformCodeUnknown),
        ("", "", "", rejections.PlatformCodeUnknown),
    ],
)
def test_an_unknown_code_is_judged_by_whose_it_is(
    code: str, sub_code: str, kind: str, expected: type[GatewayError]
) -> None:
    assert meaning_of(refused(code, sub_code=sub_code, kind=kind)).error is expected


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        ("", "order status is mandatory", errors.InvalidParameters),
        ("400", "The Status is Mandatory", errors.InvalidParameters),
        ("IllegalAccessToken", "", rejections.TokenRejected),
        ("25", "", rejections.PlatformCodeUnknown),
        ("999", "", rejections.PlatformCodeUnknown),
    ],
)
def test_business_codes_outside_of_the_table(code: str, message: str, expected: type[GatewayError]) -> None:
    assert business_meaning_of(refused(code, message)).error is expected


def test_an_unknown_code_stands_in_the_detail_with_its_words() -> None:
    refusal_ = refused("Novelty", "a new thing.", sub_code="isv.new", sub_message="newer thing", request_id="9")
    error = error_for(refusal_, meaning_of(refusal_))
    assert error.detail == (
        f"AliExpress refused {METHOD} with code Novelty/isv.new: newer thing. "
        "Look the code up in the platform's documentation."
    )
    assert (error.code, error.upstream_request_id) == ("upstream_invalid", "9")


def test_a_missing_permission_names_the_group_and_the_method() -> None:
    refusal_ = refused("InsufficientPermission", "App does not have permission to access this api")
    error = error_for(refusal_, meaning_of(refusal_))
    assert error.detail == (
        f"The app lacks the permission group {GROUP!r}, which grants {METHOD}. "
        "Ask for it in the app's page of the AliExpress Open Platform console."
    )


def test_a_missing_parameter_is_named() -> None:
    words = "The input parameter \u201caccess_token\u201d that is mandatory for processing this request is not supplied"
    error = error_for(refused("MissingParameter", words), PLATFORM["MissingParameter"])
    assert isinstance(error, InvalidParameters)
    assert [(problem.parameter, problem.message) for problem in error.problems] == [("access_token", words)]


def test_a_parameter_that_is_not_named_makes_no_problem_up() -> None:
    error = error_for(refused("InvalidParameter", "bad value"), PLATFORM["InvalidParameter"])
    assert isinstance(error, InvalidParameters)
    assert error.problems == ()


def test_endless_words_of_the_platform_are_cut() -> None:
    error = error_for(refused("X" * 10_000, "y" * 10_000), meaning_of(refused("X")))
    assert len(error.detail) < 600


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ("Api access frequency exceeds the limit. this ban will last 1 seconds", 1.0),
        ("This ban will last for 1 more seconds", 1.0),
        ("This ban will last for 31062 more seconds", 31062.0),
        ("THIS BAN WILL LAST FOR 2 MORE SECONDS", 2.0),
        ("this ban will last 0 seconds", 0.0),
        ("this ban will last 99999999999999999999999 seconds", LONGEST_BAN_SECONDS),
        ("this ban will last a while", None),
        ("", None),
    ],
)
def test_the_length_of_a_ban_is_read(message: str, seconds: float | None) -> None:
    assert ban_seconds(message) == seconds


def test_the_length_of_a_ban_may_stand_in_the_sub_message() -> None:
    sample = error_samples()["Legacy_TOP_7_AppCallLimited"]["error_response"]
    refusal_ = refused("7", sample["msg"], sub_message=sample["sub_msg"], sub_code=sample["sub_code"])
    error = error_for(refusal_, meaning_of(refusal_))
    assert isinstance(error, UpstreamBanned)
    assert error.retry_after == 1.0


def test_a_ban_that_does_not_say_its_length_has_one() -> None:
    error = error_for(refused("ApiCallLimit", "too fast"), PLATFORM["ApiCallLimit"])
    assert error.retry_after == UNSTATED_BAN_SECONDS


RECORDED = {
    "IncompleteSignature": rejections.SignatureRejected,
    "InvalidAppKey": rejections.AppKeyRejected,
    "MissingParameter_access_token": errors.InvalidParameters,
    "ApiCallLimit": errors.UpstreamBanned,
    "InsufficientPermission": errors.PermissionGroupMissing,
    "InvalidApiPath": errors.NotFound,
    "IllegalAccessToken": rejections.TokenRejected,
    "RemoteServiceError_isv.insufficient-permission": errors.PermissionGroupMissing,
    "Legacy_TOP_7_AppCallLimited": errors.UpstreamBanned,
    "rest_flat_InvalidCode": rejections.TokenRejected,
}


@pytest.mark.parametrize("name", sorted(RECORDED))
def test_every_recorded_refusal_is_raised_as_its_error(name: str) -> None:
    body = msgspec.json.encode(error_samples()[name])
    with pytest.raises(GatewayError) as caught:
        open_envelope(body, METHOD, GROUP)
    assert type(caught.value) is RECORDED[name]


def test_no_recorded_refusal_is_left_out() -> None:
    assert set(error_samples()) == set(RECORDED)


@given(st.text(), st.text(), st.text(), st.text())
def test_any_refusal_becomes_an_error(code: str, message: str, sub_code: str, sub_message: str) -> None:
    refusal_ = refused(code, message, sub_code=sub_code, sub_message=sub_message)
    for meaning in (meaning_of(refusal_), business_meaning_of(refusal_)):
        error = error_for(refusal_, meaning)
        assert type(error) is meaning.error
        assert error.detail.endswith(meaning.advice)
