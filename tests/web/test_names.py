"""Names of requests."""

from __future__ import annotations

import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alistach.web.names import RequestIds, client_request_id


@pytest.mark.parametrize(
    "sent",
    [b"", b" ", b"a b", b"a\nb", b"a" * 65, b"<script>", b'"a"', b"\xff", b"a;b", b"a\x1b[31m", "ü".encode(), b"a,b"],
)
def test_an_id_of_another_form_is_nobodys(sent: bytes) -> None:
    assert client_request_id(sent) is None


@pytest.mark.parametrize("sent", [b"a", b"7c1f-22", b"a" * 64, b"0198c5f2-9a51-7cc0.1~2_3+/=="])
def test_a_sane_id_is_kept(sent: bytes) -> None:
    assert client_request_id(sent) == sent.decode()


@given(st.binary(max_size=80))
def test_what_is_kept_breaks_no_line(sent: bytes) -> None:
    kept = client_request_id(sent)
    assert kept is None or re.fullmatch(r"[!-~]{1,64}", kept)


def test_our_ids_are_twelve_letters() -> None:
    ids = RequestIds(os.urandom)
    made = [ids.next() for _ in range(2_000)]
    assert [name for name in made if not re.fullmatch("[a-z]{12}", name)] == []
    assert len(set(made)) == 2_000


def test_random_bytes_are_asked_for_many_ids_at_once() -> None:
    asked: list[int] = []

    def random_bytes(count: int) -> bytes:
        asked.append(count)
        return bytes(range(256)) * (count // 256)

    ids = RequestIds(random_bytes)
    made = [ids.next() for _ in range(512)]
    assert asked == [12 * 512]
    assert made[-1] == "abcdefghijkl"
    ids.next()
    assert asked == [12 * 512] * 2


def test_the_same_bytes_make_the_same_ids() -> None:
    assert RequestIds(bytes).next() == "a" * 12
