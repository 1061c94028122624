"""Questions seen before need no understanding: the raw target leads straight to the bytes of its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from alistach.answers.answer import Answer
from alistach.answers.memory import Memory
from alistach.web.reply import Header, Reply, answered

_HIT_HEADERS: tuple[Header, ...] = ((b"x-upstream-calls", b"0"), (b"cache-status", b"alistach; hit"))


@dataclass(frozen=True, slots=True)
class Lane:
    """An answer that may be given as it is until `fresh_until` (epoch seconds)."""

    headers: tuple[Header, ...]
    body: bytes
    etag: bytes
    operation: str
    received_at: float
    fresh_until: float


class FastLane:
    """Answers by target, as long as they are fresh and nothing was cleared."""

    def __init__(self, memory: Memory[Lane], now: Callable[[], float]) -> None:
        self._memory, self._now = memory, now

    def find(self, target: str) -> Lane | None:
        """The answer of a target, if it is fresh."""
        lane = self._memory.get(target)
        if lane is None or lane.fresh_until <= self._now():
            return None
        return lane

    def keep(self, target: str, operation: str, answer: Answer) -> None:
        """Remember the answer that a target led to."""
        if answer.fresh_until > self._now():
            reply = answered(answer, answer.received_at)
            kept = tuple(h for h in reply.headers if h[0] not in (b"x-upstream-calls", b"cache-status", b"age"))
            lane = Lane(
                (*kept, *_HIT_HEADERS),
                answer.body,
                answer.etag.encode(),
                operation,
                answer.received_at,
                answer.fresh_until,
            )
            self._memory.put(target, lane, len(answer.body))

    def forget(self) -> None:
        """Forget all: something was cleared."""
        self._memory.drop_where(lambda _: True)

    def reply(self, lane: Lane) -> Reply:
        """The lane's answer as it leaves now."""
        age = str(max(0, int(self._now() - lane.received_at))).encode()
        return Reply(200, [*lane.headers, (b"age", age)], lane.body, cache="hit")
