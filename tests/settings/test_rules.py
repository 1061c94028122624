"""What settings must be to each other."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from alistach.settings.load import SettingsError, load

KEYS: Mapping[str, str] = {"ALIEXPRESS_APP_KEY": "500001", "ALIEXPRESS_APP_SECRET": "hush-hush"}


def refused(**environ: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load(environ, None)
    return caught.value.problems


def notices(**environ: str) -> tuple[str, ...]:
    return load(environ, None).notices


def test_a_key_without_its_secret_is_refused() -> None:
    assert refused(ALIEXPRESS_APP_KEY="500001") == (
        "ALIEXPRESS_APP_KEY is set without ALIEXPRESS_APP_SECRET; set both, or neither for the sandbox.",
    )


def test_a_secret_without_its_key_is_refused() -> None:
    assert refused(ALIEXPRESS_APP_SECRET="hush-hush") == (
        "ALIEXPRESS_APP_SECRET is set without ALIEXPRESS_APP_KEY; set both, or neither for the sandbox.",
    )


def test_an_address_without_credentials_is_refused() -> None:
    assert refused(ALIEXPRESS_API_URL="http://127.0.0.1:8001") == (
        (
            "ALIEXPRESS_API_URL is set without credentials; set ALIEXPRESS_APP_KEY and ALIEXPRESS_APP_SECRET too, "
            "or remove it to use the embedded sandbox."
        ),
    )


@pytest.mark.parametrize("host", ["api-sg.aliexpress.com", "sandbox", "192.168.1.2", "128.0.0.1", "127.evil.example"])
def test_plain_http_to_another_machine_is_refused(host: str) -> None:
    assert refused(**KEYS, ALIEXPRESS_API_URL=f"http://{host}:8001/sync") == (
        (
            f'ALIEXPRESS_API_URL is "http://{host}:8001"; it must be https, since plain http is only for loopback and '
            "the hosts of ALISTACH_INSECURE_UPSTREAM_HOSTS (none)."
        ),
    )


def test_a_host_that_only_ends_like_a_named_one_is_refused() -> None:
    told = refused(
        **KEYS, ALIEXPRESS_API_URL="http://evil.sandbox.example", ALISTACH_INSECURE_UPSTREAM_HOSTS="sandbox.example,b"
    )
    assert told[0].endswith("the hosts of ALISTACH_INSECURE_UPSTREAM_HOSTS (sandbox.example, b).")


@pytest.mark.parametrize("url", ["https://eco.taobao.com/router/rest", "http://gw.api.taobao.com/router/rest"])
def test_a_host_that_was_switched_off_is_refused(url: str) -> None:
    assert refused(**KEYS, ALIEXPRESS_API_URL=url) == (
        (
            f'ALIEXPRESS_API_URL is "{url.removesuffix("/rest")}", a host that was switched off for AliExpress in '
            "2023; remove it to use https://api-sg.aliexpress.com."
        ),
    )


def test_one_port_for_service_and_sandbox_is_refused() -> None:
    assert refused(API_PORT="8001", ALISTACH_SANDBOX_PORT="8001") == (
        "ALISTACH_SANDBOX_PORT and API_PORT are both 8001; they must differ.",
    )


def test_a_price_fresh_for_longer_than_its_product_is_kept_is_refused() -> None:
    assert refused(CACHE_PRICE_TTL="7200", CACHE_PRODUCT_TTL="3600") == (
        "CACHE_PRICE_TTL is 7200; it must be at most CACHE_PRODUCT_TTL, which is 3600.",
    )


def test_all_broken_rules_are_told_at_once() -> None:
    told = refused(ALIEXPRESS_APP_KEY="500001", CACHE_PRODUCT_TTL="60", API_PORT="7000", ALISTACH_SANDBOX_PORT="7000")
    # With a key, the embedded sandbox does not run, so its port cannot clash.
    assert [problem.split(" ")[0] for problem in told] == ["ALIEXPRESS_APP_KEY", "CACHE_PRICE_TTL"]


def test_a_rule_about_a_refused_value_is_left_out() -> None:
    told = refused(
        ALIEXPRESS_APP_KEY="two words", ALIEXPRESS_APP_SECRET="hush", CACHE_PRODUCT_TTL="x", CACHE_PRICE_TTL="9"
    )
    assert [problem.split(" ")[0] for problem in told] == ["ALIEXPRESS_APP_KEY", "CACHE_PRODUCT_TTL"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "platform.localhost", "LOCALHOST", "[::1]"])
def test_plain_http_to_this_machine_is_taken(host: str) -> None:
    loaded = load({**KEYS, "ALIEXPRESS_API_URL": f"http://{host}:8001"}, None)
    assert (loaded.settings.api_url, loaded.notices) == (f"http://{host.lower()}:8001", ())


def test_plain_http_to_a_named_host_is_taken() -> None:
    environ = {**KEYS, "ALIEXPRESS_API_URL": "http://sandbox:8001", "ALISTACH_INSECURE_UPSTREAM_HOSTS": "Sandbox"}
    assert load(environ, None).settings.api_url == "http://sandbox:8001"


@pytest.mark.parametrize(
    ("url", "root", "cut"),
    [
        ("https://api-sg.aliexpress.com/sync", "https://api-sg.aliexpress.com", "/sync"),
        ("https://api-sg.aliexpress.com/rest/", "https://api-sg.aliexpress.com", "/rest"),
        ("http://localhost:8001/prefix/sync", "http://localhost:8001/prefix", "/sync"),
    ],
)
def test_the_path_of_an_interface_is_cut_off_the_address_and_said(url: str, root: str, cut: str) -> None:
    loaded = load({**KEYS, "ALIEXPRESS_API_URL": url}, None)
    assert loaded.settings.api_url == root
    assert loaded.notices == (f"ALIEXPRESS_API_URL (environment): cut the trailing {cut}.",)


def test_a_trailing_slash_is_cut_without_a_word() -> None:
    assert notices(**KEYS, ALIEXPRESS_API_URL="https://api-sg.aliexpress.com/") == ()


def test_a_currency_off_the_documented_list_is_taken_and_said() -> None:
    loaded = load({"ALIEXPRESS_CURRENCY": "pln"}, None)
    assert loaded.settings.currency == "PLN"
    assert loaded.notices == (
        (
            "ALIEXPRESS_CURRENCY is PLN, which may not work: the platform documents only USD, GBP, CAD, EUR, UAH, MXN, "
            "TRY, RUB, BRL, AUD, INR, JPY, IDR, SEK, KRW, ILS, THB, CLP, VND."
        ),
    )


def test_a_documented_currency_is_not_worth_a_word() -> None:
    assert notices(ALIEXPRESS_CURRENCY="EUR") == ()


def test_an_app_key_that_is_no_number_is_said_without_showing_it() -> None:
    # It may be the secret, pasted into the wrong line.
    assert notices(ALIEXPRESS_APP_KEY="hush-hush", ALIEXPRESS_APP_SECRET="500001") == (
        "ALIEXPRESS_APP_KEY is not a number, as the platform's app keys are.",
    )
