"""The platform's own errors: what a refused call is told."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

import msgspec


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """One error of the platform; legacy ones have a number for a code and no type."""

    code: str | int
    msg: str
    type: str | None = "ISV"
    sub_code: str | None = None
    sub_msg: str | None = None


class Refused(Exception):
    """The call ends with an error envelope."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.msg)
        self.refusal = refusal


def missing(parameter: str) -> Refusal:
    """A required parameter was not sent."""
    return Refusal(
        code="MissingParameter",
        msg=f"The input parameter “{parameter}” that is mandatory for processing this request is not supplied",
    )


def invalid(parameter: str, rule: str) -> Refusal:
    """A parameter's value breaks `rule`."""
    return Refusal(code="InvalidParameter", msg=f"The input parameter “{parameter}” is not valid: {rule}")


def banned(seconds: int) -> Refusal:
    """Too many calls: come back in `seconds`."""
    return Refusal(
        code="ApiCallLimit",
        msg=f"Api access frequency exceeds the limit. this ban will last {seconds} seconds",
    )


INVALID_APP_KEY: Final = Refusal(code="InvalidAppKey", msg="The specified App Key is invalid")
ILLEGAL_TIMESTAMP: Final = Refusal(code="IllegalTimestamp", msg="The specified timestamp is expired or malformed")
INCOMPLETE_SIGNATURE: Final = Refusal(
    code="IncompleteSignature", msg="The request signature does not conform to platform standards"
)
INVALID_API_PATH: Final = Refusal(code="InvalidApiPath", msg="The specified API path is invalid")
INSUFFICIENT_PERMISSION: Final = Refusal(
    code="InsufficientPermission", msg="App does not have permission to access this api"
)
INVALID_CODE: Final = Refusal(code="InvalidCode", msg="Invalid authorization code")
_REMOTE: Final = "Remote service error"

# The names that a `platform_error` fault understands.
BY_NAME: Final = MappingProxyType(
    {
        "IncompleteSignature": INCOMPLETE_SIGNATURE,
        "InvalidAppKey": INVALID_APP_KEY,
        "MissingParameter_access_token": missing("access_token"),
        "ApiCallLimit": banned(1),
        "InsufficientPermission": INSUFFICIENT_PERMISSION,
        "InvalidApiPath": INVALID_API_PATH,
        "IllegalAccessToken": Refusal(
            code="IllegalAccessToken", msg="The specified access token is invalid or expired"
        ),
        "RemoteServiceError_isv.insufficient-permission": Refusal(
            type="ISP",
            code="15",
            msg=_REMOTE,
            sub_code="isv.insufficient-permission",
            sub_msg="Insufficient permission.",
        ),
        "Legacy_TOP_7_AppCallLimited": Refusal(
            type=None,
            code=7,
            msg="App Call Limited",
            sub_code="accesscontrol.limited-by-api-access-count",
            sub_msg="This ban will last for 1 more seconds",
        ),
        "rest_flat_InvalidCode": INVALID_CODE,
        "RemoteServiceError_isp.service-unavailable": Refusal(
            type="ISP", code="15", msg=_REMOTE, sub_code="isp.service-unavailable", sub_msg="Service unavailable"
        ),
        "IllegalTimestamp": ILLEGAL_TIMESTAMP,
        "AppWhiteIpLimit": Refusal(code="AppWhiteIpLimit", msg="The source IP is not in the IP whitelist of the app"),
        "ServiceUnavailable": Refusal(type="SYSTEM", code="ServiceUnavailable", msg="Service unavailable"),
        "ServiceTimeout": Refusal(type="SYSTEM", code="ServiceTimeout", msg="Service timeout"),
        "InternalError": Refusal(type="SYSTEM", code="InternalError", msg="Internal error"),
        "InvalidParameter": invalid("page_size", "must be 1 to 50"),
    }
)
