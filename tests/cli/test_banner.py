"""What the operator reads first."""

from __future__ import annotations

from pathlib import Path

from alistach.cli.banner import Started, banner
from alistach.kit.redact import Secret
from alistach.settings import Settings, load

LIVE = {"ALIEXPRESS_APP_KEY": "500001", "ALIEXPRESS_APP_SECRET": "a-test-secret-of-nobody"}
LOG = Path("logs/aliexpress_api.log")


def settings(**given: str) -> Settings:
    return load(given, None).settings


def test_the_sandbox_is_named_loudly_and_everything_has_its_line() -> None:
    started = Started("0.1.0", settings(), "http://127.0.0.1:8001", LOG, Secret("k" * 43), ("A thing was cut.",))
    assert (
        banner(started, bold=False)
        == """\
alistach 0.1.0

  SANDBOX: products, prices and links are made up.
  Set ALIEXPRESS_APP_KEY and ALIEXPRESS_APP_SECRET for real ones.

  service    http://127.0.0.1:8000
  docs       http://127.0.0.1:8000/docs
  health     http://127.0.0.1:8000/health
  sandbox    http://127.0.0.1:8001
  data       data
  log        logs/aliexpress_api.log
  let in     everybody, without a key (ANONYMOUS_ACCESS)
  admin key  kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk
             made just now, kept in .env, not shown again
  note       A thing was cut.

Try:
  curl -s "http://127.0.0.1:8000/api/products/search?keywords=usb&page_size=2"

Ctrl-C stops it.
"""
    )


def test_a_terminal_sees_the_sandbox_in_bold() -> None:
    started = Started("0.1.0", settings(), "http://127.0.0.1:8001", LOG, None, ())
    assert "\033[1;33mSANDBOX: products, prices and links are made up.\033[0m" in banner(started, bold=True)


def test_live_names_platform_and_app_key_and_how_to_ask_with_the_admin_key() -> None:
    text = banner(Started("0.1.0", settings(**LIVE), None, LOG, None, ()), bold=True)
    assert "  LIVE: calls go to https://api-sg.aliexpress.com with app key 500001.\n" in text
    assert "  let in     only the admin key, in X-Admin-API-Key; ANONYMOUS_ACCESS=true lets\n" in text
    assert "             everybody in\n" in text
    assert "  sed -n 's/^ADMIN_API_KEY=/X-Admin-API-Key: /p' .env |\n  curl -s -H @- \"http://" in text
    assert LIVE["ALIEXPRESS_APP_SECRET"] not in text
    assert "sandbox" not in text.lower()


def test_an_old_admin_key_is_never_shown() -> None:
    text = banner(Started("0.1.0", settings(), None, LOG, None, ()), bold=False)
    assert "admin key" not in text


def test_listening_everywhere_is_said_with_an_address_that_can_be_asked() -> None:
    text = banner(Started("0.1.0", settings(API_HOST="::"), None, LOG, None, ()), bold=False)
    assert "  service    http://[::1]:8000\n             listening on ::, port 8000\n" in text


def test_long_notices_are_broken_at_eighty_columns() -> None:
    started = Started("0.1.0", settings(), None, LOG, None, ("A notice " + "of many words " * 20,))
    assert max(len(line) for line in banner(started, bold=False).splitlines()) <= 80
