"""Who, may they, how fast: every request passes here first. It fails closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from alistach.admission.caller import Caller, Role
from alistach.admission.ratelimit import Buckets, Limits, Verdict
from alistach.errors import AdminKeyMissing, AdminKeyWrong, KeyMissing, KeyUnknown, OriginNotAllowed, RateLimited
from alistach.kit.redact import Secret

_ANONYMOUS = Caller(Role.ANONYMOUS)
_ADMIN = Caller(Role.ADMIN)
_ADMIN_KEY_NEEDED = "Send the admin key in the header X-Admin-API-Key. It is in .env on the server."

# Request headers by lower-case name, as ASGI gives them.
Headers = Mapping[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator has set: the admin key, whether others may ask without a key, limits, browser origins."""

    admin_key: Secret
    anonymous_access: bool
    limits: Limits
    allowed_origins: frozenset[str]


class Gate:
    """Decides on each request; raises a CallerError for one that may not pass."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._buckets = Buckets()

    def pace(self, address: str, now: float) -> Verdict:
        """Take one request out of the limits of `address`; `now` is monotonic seconds."""
        return self._buckets.take(address, self.rules.limits, now)

    def look(self, address: str, now: float) -> Verdict:
        """Where `address` stands with its limits, for requests that take nothing out of them."""
        return self._buckets.look(address, self.rules.limits, now)

    def identify(self, headers: Headers) -> Caller:
        """Who sent these headers. Raises AdminKeyWrong, KeyUnknown or KeyMissing."""
        if b"x-admin-api-key" in headers:
            return self.identify_admin(headers)
        if b"x-api-key" in headers or b"authorization" in headers:
            raise KeyUnknown(
                "This service has not issued the key that was sent; it issues none yet. "
                + (
                    "Leave it out."
                    if self.rules.anonymous_access
                    else "Only the admin key, in X-Admin-API-Key, is let in."
                )
            )
        if not self.rules.anonymous_access:
            raise KeyMissing(
                "This service runs on live credentials and lets in only the admin key, in X-Admin-API-Key. "
                "The operator may set ANONYMOUS_ACCESS=true to let everybody in."
            )
        return _ANONYMOUS

    def identify_admin(self, headers: Headers) -> Caller:
        """The admin, who sent these headers. Raises AdminKeyMissing or AdminKeyWrong."""
        if (admin_key := headers.get(b"x-admin-api-key")) is None:
            raise AdminKeyMissing(_ADMIN_KEY_NEEDED)
        if not self.rules.admin_key.matches(admin_key.decode("latin-1")):
            raise AdminKeyWrong(
                "The value of X-Admin-API-Key is not this service's admin key. It is in .env on the server."
            )
        return _ADMIN

    def check_origin(self, headers: Headers) -> str | None:
        """The browser origin that asks, if one does. Raises OriginNotAllowed unless it is our own or in ALLOWED_ORIGINS."""
        if (sent := headers.get(b"origin")) is None:
            return None
        origin = sent.decode("latin-1")
        host = headers.get(b"host", b"").decode("latin-1")
        if origin in self.rules.allowed_origins or (host and origin in (f"http://{host}", f"https://{host}")):
            return origin
        raise OriginNotAllowed(
            "The browser origin of this request is not in ALLOWED_ORIGINS, where it must stand exactly."
        )


def require_admin(caller: Caller) -> None:
    """Raises AdminKeyMissing unless the caller has shown the admin key."""
    if not caller.is_admin:
        raise AdminKeyMissing(_ADMIN_KEY_NEEDED)


def refuse_over_limit(verdict: Verdict, limits: Limits) -> None:
    """Raises RateLimited when the verdict is a refusal."""
    if not verdict.allowed:
        limit = limits.per_second if verdict.policy == "second" else limits.per_minute
        raise RateLimited(
            f"This caller may send {limit} requests a {verdict.policy}. Wait for the time in Retry-After.",
            retry_after=verdict.retry_after_seconds,
        )
