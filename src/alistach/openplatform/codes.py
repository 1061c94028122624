"""Every code that the platform refuses with, and what it means: the error, whether to repeat, what to do next.

Names are as the platform spells them. `PLATFORM` are the gateway's codes, `SUB_CODES` say more about code 15,
`BUSINESS` are the codes inside an accepted answer, `ORDERS` those of dropshipping orders.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from alistach.errors import (
    CredentialsRejected,
    Fault,
    GatewayError,
    InvalidParameters,
    NotFound,
    ParameterProblem,
    PermissionGroupMissing,
    ProductUnavailable,
    TrackingIdUnknown,
    UpstreamBanned,
    UpstreamDown,
)
from alistach.openplatform.rejections import (
    AddressRejected,
    AppKeyRejected,
    BackendFailed,
    ClockRejected,
    PlatformCodeUnknown,
    PublisherUnregistered,
    SignatureRejected,
    TokenRejected,
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code means. `advice` says what to do next; `retries` is how often a repeat is worth it."""

    error: type[GatewayError]
    advice: str
    retries: int = 0

    @property
    def fault(self) -> Fault:
        return self.error.fault

    @property
    def retryable(self) -> bool:
        return self.retries > 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A code as the platform sent it. `kind` is its `type`: SYSTEM, ISV (the caller) or ISP (a backend)."""

    code: str
    message: str
    method: str
    permission_group: str
    sub_code: str = ""
    sub_message: str = ""
    kind: str = ""
    request_id: str | None = None


_PARAMETERS = Meaning(InvalidParameters, "Correct the parameter and ask again.")
_KEY = Meaning(AppKeyRejected, "Check the app key: it must be the one of an AliExpress Open Platform app.")
_SIGN = Meaning(SignatureRejected, "Check that the app secret belongs to the app key and has no stray characters.")
_GROUP = Meaning(PermissionGroupMissing, "Ask for it in the app's page of the AliExpress Open Platform console.")
_TOKEN = Meaning(TokenRejected, "Refresh the token; when that fails too, authorise the app again.")
_BAN = Meaning(UpstreamBanned, "Wait until the ban ends; lower the calls per second if it comes again.", retries=2)
_DOWN = Meaning(UpstreamDown, "Try again in a while.", retries=2)
_ORDER = Meaning(InvalidParameters, "Correct the order and place it again.")
_BUYER = Meaning(CredentialsRejected, "Ask AliExpress about the state of the buyer's account.")

PLATFORM: Final[Mapping[str, Meaning]] = {
    "MissingParameter": _PARAMETERS,
    "InvalidParameter": _PARAMETERS,
    "UnsupportedParamMapping": _PARAMETERS,
    "InvalidAppKey": _KEY,
    "IncompleteSignature": _SIGN,
    "IllegalTimestamp": Meaning(ClockRejected, "Set this machine's clock (NTP).", retries=1),
    "InvalidApiPath": Meaning(NotFound, "Check the method's name against the platform's documentation."),
    "InsufficientPermission": _GROUP,
    "AppWhiteIpLimit": Meaning(AddressRejected, "Add this machine's address to the app's IP allow-list."),
    "IllegalAccessToken": _TOKEN,
    "IllegalRefreshToken": Meaning(TokenRejected, "Authorise the app again."),
    "InvalidCode": Meaning(TokenRejected, "Ask for a new authorisation code; each works once, for about 3 minutes."),
    "isv.402": Meaning(TokenRejected, "Authorise the app again; the token could not be created."),
    "AUTH_TYPE_UNSUPPORTED": Meaning(TokenRejected, "Use the kind of authorisation that the method documents."),
    "ApiCallLimit": _BAN,
    "ServiceUnavailable": _DOWN,
    "ServiceTimeout": _DOWN,
    "InternalError": _DOWN,
    "7": _BAN,
    "11": _GROUP,
    "15": _DOWN,
    "25": _SIGN,
    "27": _TOKEN,
    "29": _KEY,
    "40": _PARAMETERS,
    "41": _PARAMETERS,
}

SUB_CODES: Final[Mapping[str, Meaning]] = {
    "isp.service-unavailable": _DOWN,
    "isv.insufficient-permission": _GROUP,
    "isv.invalid-authorization": Meaning(TokenRejected, "Authorise the app again."),
    "isv.account-migration-check-fail": Meaning(CredentialsRejected, "Move the account to the new Open Platform."),
    "accesscontrol.limited-by-app-access-count": _BAN,
    "accesscontrol.limited-by-api-access-count": _BAN,
    "accesscontrol.limited-by-app-api-access-count": _BAN,
}

BUSINESS: Final[Mapping[str, Meaning]] = {
    "401": Meaning(PublisherUnregistered, "Register the app's account at portals.aliexpress.com."),
    "402": Meaning(TrackingIdUnknown, "Use a tracking id of the account; one named `default` always exists."),
    "404": Meaning(BackendFailed, "Try again; when it stays, check the ids and URLs asked for.", retries=1),
    "407": Meaning(InvalidParameters, "Check the form of dates and other values."),
    "602": Meaning(ProductUnavailable, "Ask for another country; the product is not sold to this one."),
    "605": Meaning(ProductUnavailable, "Check the product id."),
    "501": Meaning(ProductUnavailable, "Ask for another country or quantity; nothing is delivered for this one."),
    "1001": Meaning(NotFound, "Ask again later; there is no tracking for it yet."),
    "NGSELECTION_SEARCH_ERROR": Meaning(InvalidParameters, "Send `sortBy`; some accounts may not search by keyword."),
}

ORDERS: Final[Mapping[str, Meaning]] = {
    "B_DROPSHIPPER_DELIVERY_ADDRESS_VALIDATE_FAIL": _ORDER,
    "BLACKLIST_BUYER_IN_LIST": _BUYER,
    "USER_ACCOUNT_DISABLED": _BUYER,
    "PRICE_PAY_CURRENCY_ERROR": _ORDER,
    "DELIVERY_METHOD_NOT_EXIST": _ORDER,
    "INVENTORY_HOLD_ERROR": Meaning(ProductUnavailable, "Order fewer, another SKU, or later."),
    "REPEATED_ORDER_ERROR": _ORDER,
    "ERROR_WHEN_BUILD_FOR_PLACE_ORDER": Meaning(UpstreamDown, "Check that no order was placed, then try again."),
    "A001_ORDER_CANNOT_BE_PLACED": _ORDER,
    "A002_INVALID_ZONE": _ORDER,
    "A003_SUSPICIOUS_BUYER": _BUYER,
    "A004_CANNOT_USER_COUPON": _ORDER,
    "A005_INVALID_COUNTRIES": _ORDER,
    "A006_INVALID_ACCOUNT_INFO": _BUYER,
}

# Codes of an accepted answer that are not failures: there is something, and there is nothing.
SUCCESS: Final = frozenset({"0", "00", "200"})
EMPTY: Final = "405"

# Frequency bans last 1 or 2 seconds; taken when a ban does not say how long it is.
UNSTATED_BAN_SECONDS: Final = 2.0
# A daily quota's ban ends within the day; more is a misreading that must not silence the key for good.
LONGEST_BAN_SECONDS: Final = 172_800.0

_BAN_WORDS = re.compile(r"(?i)ban will last (?:for )?(\d+)")
_PARAMETER_NAME = re.compile("[\u201c\"'\u2018]([A-Za-z_][A-Za-z0-9_.]*)[\u201d\"'\u2019]")


def ban_seconds(*messages: str) -> float | None:
    """How long a ban lasts, as the first message that says so says it; None when none does."""
    for message in messages:
        if found := _BAN_WORDS.search(message):
            return min(float(found[1][:12]), LONGEST_BAN_SECONDS)
    return None


def meaning_of(refusal: Refusal) -> Meaning:
    """What a refusal of the platform's gateway means; the sub code decides when it is known."""
    if meaning := SUB_CODES.get(refusal.sub_code):
        return meaning
    if refusal.sub_code.startswith("isp."):
        return _DOWN
    if meaning := PLATFORM.get(refusal.code):
        # Code 15 only says that a backend refused; a sub code of the caller's kind is no outage.
        return _UNKNOWN if meaning is _DOWN and refusal.sub_code.startswith("isv.") else meaning
    if refusal.code.startswith("isp.") or refusal.kind.upper() in {"ISP", "SYSTEM"}:
        return _DOWN
    return _UNKNOWN


def business_meaning_of(refusal: Refusal) -> Meaning:
    """What a code inside an accepted answer means."""
    if meaning := BUSINESS.get(refusal.code) or ORDERS.get(refusal.code):
        return meaning
    # The order methods say `status is mandatory` in varying words, with no code of its own.
    if "mandatory" in refusal.message.lower():
        return _PARAMETERS
    return PLATFORM.get(refusal.code, _UNKNOWN) if not refusal.code.isdigit() else _UNKNOWN


def error_for(refusal: Refusal, meaning: Meaning) -> GatewayError:
    """The error to raise for a refusal: says what the platform said, and what to do next."""
    detail = f"{_saying(refusal, meaning)} {meaning.advice}"
    if issubclass(meaning.error, InvalidParameters):
        return meaning.error(detail, problems=_problems(refusal), upstream_request_id=refusal.request_id)
    retry_after = None
    if issubclass(meaning.error, UpstreamBanned):
        stated = ban_seconds(refusal.message, refusal.sub_message)
        retry_after = UNSTATED_BAN_SECONDS if stated is None else stated
    return meaning.error(detail, retry_after=retry_after, upstream_request_id=refusal.request_id)


_UNKNOWN: Final = Meaning(PlatformCodeUnknown, "Look the code up in the platform's documentation.")


def _saying(refusal: Refusal, meaning: Meaning) -> str:
    if meaning is _GROUP:
        return f"The app lacks the permission group {refusal.permission_group!r}, which grants {refusal.method}."
    code = f"{refusal.code}/{refusal.sub_code}" if refusal.sub_code else refusal.code
    words = (refusal.sub_message or refusal.message).strip()[:300].rstrip(". ")
    return f"AliExpress refused {refusal.method} with code {code[:100]}{': ' if words else ''}{words}."


def _problems(refusal: Refusal) -> tuple[ParameterProblem, ...]:
    words = refusal.sub_message or refusal.message
    named = _PARAMETER_NAME.search(words)
    return (ParameterProblem(named[1], words[:300]),) if named else ()
