"""What came back, from the running service or from the gateway here: the same either way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import msgspec


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP response; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Asks(Protocol):
    """Whoever answers."""

    def ask(self, method: str, target: str, content: object = None) -> Reply:
        """The reply to one request; `content` goes as JSON."""


class _Envelope(msgspec.Struct):
    data: msgspec.Raw
    metadata: msgspec.Raw


def data_of(reply: Reply) -> bytes:
    """The `data` member of an envelope, as it was sent."""
    return bytes(msgspec.json.decode(reply.body, type=_Envelope).data)


def with_data(reply: Reply, data: bytes) -> Reply:
    """The same reply with other data in its envelope."""
    metadata = msgspec.json.decode(reply.body, type=_Envelope).metadata
    body = b'{"success":true,"data":%b,"metadata":%b}' % (data, bytes(metadata))
    return Reply(reply.status, reply.headers, body)
