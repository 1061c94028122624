"""Who may pass, and how fast: everything that is not plainly allowed is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.admission.caller import Caller, Role
from alistach.admission.gate import Gate, Rules, refuse_over_limit, require_admin
from alistach.admission.ratelimit import Limits, Policy, Verdict
from alistach.errors import AdminKeyMissing, AdminKeyWrong, KeyMissing, KeyUnknown, OriginNotAllowed, RateLimited
from alistach.kit.redact import Secret

KEY = "test-admin-key-of-nobody"
ORIGIN = "https://deals.example"
LIMITS = Limits(per_second=2, per_minute=10)


def gate(*, anonymous_access: bool = True, limits: Limits = LIMITS) -> Gate:
    return Gate(Rules(Secret(KEY), anonymous_access, limits, frozenset({ORIGIN})))


@pytest.mark.parametrize("key", ["", "test", KEY[:-1], f"{KEY} ", KEY.upper(), f"{KEY}, {KEY}", "\xff"])
def test_a_wrong_admin_key_is_refused(key: str) -> None:
    for identify in (gate().identify, gate().identify_admin):
        with pytest.raises(AdminKeyWrong, match=r"It is in \.env on the server"):
            identify({b"x-admin-api-key": key.encode("latin-1")})


@given(st.binary(max_size=80).filter(lambda sent: sent != KEY.encode()))
def test_no_other_bytes_are_the_admin_key(sent: bytes) -> None:
    with pytest.raises(AdminKeyWrong):
        gate().identify_admin({b"x-admin-api-key": sent})


def test_a_refusal_does_not_tell_the_admin_key() -> None:
    with pytest.raises(AdminKeyWrong) as caught:
        gate().identify({b"x-admin-api-key": b"wrong"})
    assert KEY not in repr(caught.value)
    assert KEY not in repr(gate().rules)


def test_no_admin_key_is_not_the_admin() -> None:
    with pytest.raises(AdminKeyMissing, match="X-Admin-API-Key"):
        gate().identify_admin({b"x-api-key": KEY.encode()})


@pytest.mark.parametrize("header", [b"x-api-key", b"authorization"])
@pytest.mark.parametrize(
    ("anonymous_access", "advice"), [(True, "Leave it out."), (False, "Only the admin key, in X-Admin-API-Key,")]
)
def test_a_key_that_was_never_issued_is_refused(header: bytes, anonymous_access: bool, advice: str) -> None:
    with pytest.raises(KeyUnknown, match=advice):
        gate(anonymous_access=anonymous_access).identify({header: KEY.encode()})


def test_nobody_comes_in_without_a_key_where_one_is_needed() -> None:
    with pytest.raises(KeyMissing, match="ANONYMOUS_ACCESS=true"):
        gate(anonymous_access=False).identify({})


@pytest.mark.parametrize("anonymous_access", [True, False])
def test_the_admin_key_is_let_in(anonymous_access: bool) -> None:
    headers = {b"x-admin-api-key": KEY.encode(), b"x-api-key": b"another"}
    assert gate(anonymous_access=anonymous_access).identify(headers) == Caller(Role.ADMIN)


def test_anybody_is_let_in_where_that_is_allowed() -> None:
    assert gate().identify({b"cookie": b"a=b"}) == Caller(Role.ANONYMOUS)


@pytest.mark.parametrize(
    "origin",
    [
        b"https://stranger.example",
        b"http://deals.example",
        b"https://deals.example:8443",
        b"HTTPS://DEALS.EXAMPLE",
        b"https://deals.example/",
        b"https://deals.example.evil",
        *(b"null", b"", b"*", b"\xff", b"https://"),
    ],
)
def test_an_origin_that_is_not_exactly_listed_is_refused(origin: bytes) -> None:
    with pytest.raises(OriginNotAllowed, match="ALLOWED_ORIGINS"):
        gate().check_origin({b"origin": origin, b"host": b"api.example"})


@pytest.mark.parametrize("origin", [b"http://", b"https://", b""])
def test_no_host_is_nobodys_own_origin(origin: bytes) -> None:
    with pytest.raises(OriginNotAllowed):
        gate().check_origin({b"origin": origin})


@pytest.mark.parametrize("origin", [ORIGIN, "http://api.example:8000", "https://api.example:8000"])
def test_a_listed_origin_and_our_own_pass(origin: str) -> None:
    assert gate().check_origin({b"origin": origin.encode(), b"host": b"api.example:8000"}) == origin


def test_who_is_no_browser_has_no_origin() -> None:
    assert gate().check_origin({}) is None


def test_only_the_admin_may_act() -> None:
    with pytest.raises(AdminKeyMissing):
        require_admin(Caller(Role.ANONYMOUS))
    require_admin(Caller(Role.ADMIN))


def test_each_address_has_its_own_limits() -> None:
    made = gate()
    first = [made.pace("10.0.0.1", 0.0).allowed for _ in range(3)]
    assert (first, made.pace("10.0.0.2", 0.0).allowed) == ([True, True, False], True)


def test_a_limit_comes_back_with_time() -> None:
    made = gate()
    for _ in range(2):
        made.pace("10.0.0.1", 0.0)
    assert [made.pace("10.0.0.1", now).allowed for now in (0.4, 0.5, 0.5)] == [False, True, False]


def test_to_look_takes_nothing() -> None:
    made = gate()
    assert [made.look("10.0.0.1", 0.0).remaining for _ in range(3)] == [2, 2, 2]
    made.pace("10.0.0.1", 0.0)
    assert [made.look("10.0.0.1", 0.0).remaining for _ in range(3)] == [1, 1, 1]
    assert made.pace("10.0.0.1", 0.0).allowed
    assert made.look("10.0.0.1", 0.0) == Verdict(False, 0, 1.0, 0.5, Policy.SECOND)


@pytest.mark.parametrize(
    ("policy", "detail"),
    [
        (Policy.SECOND, "This caller may send 2 requests a second. Wait for the time in Retry-After."),
        (Policy.MINUTE, "This caller may send 10 requests a minute. Wait for the time in Retry-After."),
    ],
)
def test_a_refusal_names_the_limit_and_when_to_come_back(policy: Policy, detail: str) -> None:
    with pytest.raises(RateLimited) as caught:
        refuse_over_limit(Verdict(False, 0, 1.0, 4.2, policy), LIMITS)
    assert (caught.value.detail, caught.value.retry_after) == (detail, 4.2)


def test_who_is_within_the_limits_passes() -> None:
    refuse_over_limit(Verdict(True, 0, 1.0, 0.0, Policy.SECOND), LIMITS)
