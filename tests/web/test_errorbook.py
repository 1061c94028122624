"""The error book: complete, of one text with docs/errors.md, and of help to a caller."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from alistach.errors import GatewayError, UpstreamError
from alistach.web.errorbook import errors_page, every_error
from alistach.web.reply import ERRORS_URL

BOOK = Path(__file__).parent.parent.parent / "docs" / "errors.md"

# The table of docs/answers, as far as this service can fail so.
TABLE = {
    400: {"invalid_parameters", "malformed_body", "tracking_id_unknown"},
    401: {"key_missing", "key_unknown", "admin_key_missing"},
    403: {"admin_key_wrong", "origin_not_allowed"},
    404: {"not_found", "product_unavailable"},
    405: {"method_not_allowed"},
    413: {"body_too_large"},
    414: {"target_too_long"},
    415: {"unsupported_media_type"},
    429: {"rate_limited"},
    431: {"headers_too_large"},
    500: {"internal_error"},
    501: {"permission_group_missing"},
    502: {"upstream_invalid"},
    503: {"upstream_busy", "upstream_banned", "upstream_down", "credentials_rejected", "record_unavailable"},
    504: {"deadline_exceeded"},
}


def section(code: str) -> str:
    """What the book says of a code."""
    return errors_page().split(f"\n## {code}\n")[1].split("\n## ")[0]


def test_the_page_is_the_file_in_the_docs() -> None:
    assert BOOK.read_text() == errors_page()


def test_every_code_of_the_table_is_there_with_its_status_and_no_other() -> None:
    found: dict[int, set[str]] = {}
    for error in every_error():
        found.setdefault(error.status, set()).add(error.code)
    assert found == TABLE


def test_a_finer_case_stands_under_the_code_of_its_parent() -> None:
    finer = [error for error in UpstreamError.__subclasses__() if error not in every_error()]
    assert finer == []
    assert len({error.code for error in every_error()}) == len(every_error())


def test_errors_stand_in_the_order_of_their_status() -> None:
    statuses = [error.status for error in every_error()]
    assert statuses == sorted(statuses)


@pytest.mark.parametrize("error", every_error(), ids=lambda error: error.code)
def test_a_section_says_what_happened_and_what_to_do(error: type[GatewayError]) -> None:
    told, advice = section(error.code).strip().split("\n\n")
    assert told.startswith(f"Status {error.status}: {error.title}. ")
    assert told.endswith(".")
    assert advice.endswith(".")


@pytest.mark.parametrize("error", every_error(), ids=lambda error: error.code)
def test_the_table_leads_to_the_section_and_names_the_fault(error: type[GatewayError]) -> None:
    again = "may help" if error.retryable else "does not help"
    row = f"| [`{error.code}`](#{error.code}) | {error.status} | {error.fault} | {again} |"
    assert row in errors_page().splitlines()


def test_a_code_is_an_anchor_as_the_doc_url_has_it() -> None:
    assert all(re.fullmatch("[a-z_]+", error.code) for error in every_error())
    assert ERRORS_URL.endswith("/docs/errors.md")


def test_the_page_names_every_member_of_a_problem() -> None:
    head = errors_page().split("\n## ")[0]
    members = "type title status detail instance success code request_id upstream_request_id retry_after doc_url errors"
    assert [member for member in members.split() if f"`{member}`" not in head] == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("invalid_parameters", "`errors` names each"),
        ("key_missing", "`WWW-Authenticate` names the header"),
        ("admin_key_wrong", "`ADMIN_API_KEY` in `.env`"),
        ("method_not_allowed", "the header `Allow`"),
        ("target_too_long", "by POST"),
        ("rate_limited", "`Retry-After`"),
        ("permission_group_missing", "`detail` names the group"),
        ("upstream_banned", "what is left of the ban"),
        ("upstream_busy", "`Prefer: wait=30`"),
        ("deadline_exceeded", "its answer will be kept"),
        ("internal_error", "the operator the `request_id`"),
    ],
)
def test_a_caller_learns_what_to_look_at_next(code: str, words: str) -> None:
    assert words in section(code)


def test_the_page_is_plain_lines_that_end() -> None:
    assert errors_page().endswith(".\n")
    assert [line for line in errors_page().splitlines() if line != line.rstrip()] == []
