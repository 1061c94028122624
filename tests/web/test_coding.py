"""Which content coding a caller is given, by what it says it takes."""

from __future__ import annotations

import gzip

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from alistach.web.coding import LEAST_BYTES, Coding, coded, negotiated
from tests.asking import SEARCH, Got, Service

BODY = b'{"title": "USB cable"}' * 200


def decoded(got: Got) -> bytes:
    """The body without its coding."""
    match got.all("content-encoding"):
        case ["br"]:
            return bytes(brotli.decompress(got.body))
        case ["zstd"]:
            return zstandard.ZstdDecompressor().decompress(got.body)
        case ["gzip"]:
            return gzip.decompress(got.body)
        case _:
            return got.body


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (b"", None),
        (b"identity", None),
        (b"*;q=0", None),
        (b"gzip;q=0", None),
        (b"br;q=0, zstd;q=0, gzip;q=0", None),
        (b"deflate", None),
        (b"br;q=bad", None),
        (b"br;q=nan", None),
        (b"gzip;q=0.2, identity;q=1", None),
        (b"gzip", Coding.GZIP),
        (b"zstd", Coding.ZSTD),
        (b"br", Coding.BROTLI),
        (b"GZIP", Coding.GZIP),
        (b"gzip, deflate, br, zstd", Coding.BROTLI),
        (b"gzip, deflate", Coding.GZIP),
        (b"br;q=0.5, gzip;q=0.9", Coding.GZIP),
        (b"br;q=0.5, zstd;q=0.5", Coding.BROTLI),
        (b"*", Coding.BROTLI),
        (b"*;q=0.1", Coding.BROTLI),
        (b"br;q=0, *", Coding.ZSTD),
        (b"gzip;q=1, *;q=0.5", Coding.GZIP),
        (b"gzip , br", Coding.BROTLI),
        (b"gzip; q=0.5", Coding.GZIP),
        (b"gzip, identity", Coding.GZIP),
        (b"identity;q=0", None),
        (b",,gzip,,", Coding.GZIP),
        (b"gzip;q=7", Coding.GZIP),
        (b"gzip;q=-1", None),
        (b"gzip;level=9", Coding.GZIP),
    ],
)
def test_the_coding_is_one_that_the_caller_takes(accepted: bytes, coding: Coding | None) -> None:
    assert negotiated(accepted) is coding


@given(st.binary(max_size=60))
def test_no_header_is_too_odd_to_be_read(accepted: bytes) -> None:
    assert negotiated(accepted) in {None, *Coding}


@pytest.mark.parametrize("coding", Coding)
def test_a_coded_body_is_the_body(coding: Coding) -> None:
    made = coded(BODY, coding)
    assert decoded(Got(200, (("content-encoding", coding.value),), made)) == BODY
    assert len(made) < len(BODY) // 4


@pytest.mark.parametrize("coding", Coding)
def test_a_body_is_coded_the_same_each_time(coding: Coding) -> None:
    assert coded(BODY, coding) == coded(BODY, coding)


@pytest.mark.parametrize("coding", Coding)
@pytest.mark.parametrize("is_known", [False, True], ids=["first", "known"])
async def test_an_answer_comes_in_the_coding(service: Service, coding: Coding, is_known: bool) -> None:
    plain = await service.get(SEARCH)
    target = SEARCH if is_known else f"{SEARCH}&page_no=1"
    got = await service.get(target, {"Accept-Encoding": coding.value})
    assert (got["content-encoding"], got["vary"], got["etag"]) == (coding, "accept-encoding, origin", plain["etag"])
    assert (int(got["content-length"]), decoded(got)) == (len(got.body), plain.body)


async def test_the_same_answer_serves_each_coding_in_turn(service: Service) -> None:
    plain = await service.get(SEARCH)
    for accepted in ("br", "gzip", "", "zstd", "br", "gzip;q=0"):
        got = await service.get(SEARCH, {"Accept-Encoding": accepted})
        assert decoded(got) == plain.body


async def test_a_short_body_is_sent_as_it_is(service: Service) -> None:
    got = await service.get("/api/products/search?keywords=nothing-is-called-so", {"Accept-Encoding": "br"})
    assert len(got.body) < LEAST_BYTES
    assert "content-encoding" not in got.names
