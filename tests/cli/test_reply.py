"""What came back."""

from __future__ import annotations

from alistach.cli.reply import Reply, data_of, with_data

REPLY = Reply(200, {"age": "1"}, b'{"success":true,"data":{"price":"1.10"},"metadata":{"source":"live"}}')


def test_the_data_are_as_they_were_sent() -> None:
    assert data_of(REPLY) == b'{"price":"1.10"}'


def test_other_data_go_in_the_same_envelope() -> None:
    other = with_data(REPLY, b"[1]")
    assert other == Reply(200, {"age": "1"}, b'{"success":true,"data":[1],"metadata":{"source":"live"}}')
