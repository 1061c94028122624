"""The owner of the app key's one scarce budget: who may send, and when.

Calls may overlap in flight, but only one is being sent at a time, and each keeps its distance from the one before.
It fails closed: during a ban nothing is sent, whoever asks.
"""

from __future__ import annotations

import asyncio
import heapq
import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from alistach.errors import GatewayError, UpstreamBanned, UpstreamBusy
from alistach.kit.clock import Clock
from alistach.openplatform.codes import LONGEST_BAN_SECONDS
from alistach.openplatform.memory import ForgetfulMemory, GovernorMemory
from alistach.openplatform.operation import Priority
from alistach.openplatform.pace import SOON, WINDOW_SECONDS, background_opens_at, opens_at, restored

_DAY_SECONDS: Final = 86_400
# Shorter sleeps than this may not move a clock on at all.
_SHORTEST_SLEEP: Final = 1e-6


@dataclass(frozen=True, slots=True)
class GovernorView:
    """The budget at one moment. Paces are in calls per second, `banned_until` in epoch seconds, days are UTC days."""

    ceiling: float
    pace: float
    banned_until: float | None
    waiting: Mapping[Priority, int]
    sent_today: Mapping[str, int]
    used_last_minute: int


class Turn:
    """The right to send one call now. Others wait until it is `sent` or closed, so it must be held in a `with`."""

    def __init__(self, governor: Governor, method: str, priority: Priority) -> None:
        self.method = method
        self.priority = priority
        self.sent_at: float | None = None
        self._governor = governor

    def confirm(self) -> None:
        """Raises UpstreamBanned when the key was banned since the turn was given."""
        self._governor.confirm()

    def sent(self) -> None:
        """The last byte is out: the distance to the next call counts from now."""
        if self.sent_at is None:
            self.sent_at = self._governor.note_sent(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._governor.take_back(self)


class Governor:
    """Gives turns in the order of priority, then of arrival. `ceiling` is in calls per second."""

    def __init__(self, ceiling: float, clock: Clock, memory: GovernorMemory | None = None) -> None:
        if not (ceiling > 0 and math.isfinite(ceiling)):
            raise ValueError(f"the ceiling must be more than 0 calls per second, not {ceiling}")
        self._clock = clock
        self._memory = memory or ForgetfulMemory()
        remembered = self._memory.load()
        now, epoch = clock.monotonic(), clock.now()
        # Kept on the monotonic clock, so that setting the machine's clock neither ends nor prolongs a ban.
        left = (remembered.banned_until or epoch) - epoch
        self._banned_until = now + min(left, LONGEST_BAN_SECONDS)
        self._pace = restored(ceiling, remembered.pace, self._banned_until)
        self._ban_learnt = -math.inf
        self._last_sent: float | None = None
        if remembered.last_sent is not None:
            self._last_sent = now - max(0.0, epoch - remembered.last_sent)
        self._sending: Turn | None = None
        self._queues: dict[Priority, dict[_Waiter, None]] = {priority: {} for priority in Priority}
        self._deadlines: list[_Waiter] = []
        self._sent: deque[float] = deque()
        self._interactive: deque[float] = deque()
        self._day = int(epoch // _DAY_SECONDS)
        self._sent_today = dict(remembered.sent_today)
        self._timer: asyncio.Task[None] | None = None
        self._timer_at = math.inf

    async def turn(self, method: str, priority: Priority, deadline: float | None = None) -> Turn:
        """Wait for a turn. `deadline` is a moment of the clock's `monotonic`.

        Raises UpstreamBanned or UpstreamBusy as soon as it is known that the turn cannot come before the deadline.
        """
        waiter = _Waiter(method, priority, math.inf if deadline is None else deadline)
        self.refuse_late(priority, waiter.deadline)
        queue = self._queues[priority]
        queue[waiter] = None
        heapq.heappush(self._deadlines, waiter)
        self._proceed()
        try:
            return await waiter.turn
        except asyncio.CancelledError:
            queue.pop(waiter, None)
            if waiter.turn.done() and not waiter.turn.cancelled() and waiter.turn.exception() is None:
                self.take_back(waiter.turn.result())
            raise

    def refuse_late(self, priority: Priority, deadline: float) -> None:
        """Raises UpstreamBanned or UpstreamBusy when one who asked now could not have a turn before `deadline`."""
        now = self._clock.monotonic()
        comes_at = now + self.expected_wait(priority)
        if deadline < comes_at - SOON:
            raise self._hopeless(now, comes_at)

    def expected_wait(self, priority: Priority) -> float:
        """Seconds until one who asked now would get a turn, if nobody more urgent comes."""
        now = self._clock.monotonic()
        ahead = sum(len(queue) for level, queue in self._queues.items() if level <= priority)
        return self._opens_at(now, priority) + ahead * self._pace.interval(now) - now

    def confirm(self) -> None:
        """Raises UpstreamBanned during a ban."""
        now = self._clock.monotonic()
        if self._banned_until > now + SOON:
            raise self._hopeless(now, self._banned_until)

    def banned(self, turn: Turn, seconds: float) -> None:
        """The platform answered the call of `turn` with a ban of `seconds` from now."""
        now = self._clock.monotonic()
        self._banned_until = max(self._banned_until, now + min(seconds, LONGEST_BAN_SECONDS))
        # Calls that were out together are told of one and the same ban; it slows us down once.
        if turn.sent_at is None or turn.sent_at > self._ban_learnt:
            self._pace = self._pace.halved(now, self._banned_until)
            self._ban_learnt = now
        else:
            self._pace = self._pace.held(self._banned_until)
        self._memory.ban_seen(self._clock.now() + self._banned_until - now, self._pace.at(now))
        self._drop_hopeless()
        self._proceed()

    def view(self) -> GovernorView:
        """The budget now."""
        now, epoch = self._clock.monotonic(), self._clock.now()
        self._forget(now)
        self._turn_day(epoch)
        left = self._banned_until - now
        return GovernorView(
            ceiling=self._pace.ceiling,
            pace=self._pace.at(now),
            banned_until=epoch + left if left > SOON else None,
            waiting={priority: len(queue) for priority, queue in self._queues.items()},
            sent_today=dict(self._sent_today),
            used_last_minute=len(self._sent),
        )

    def note_sent(self, turn: Turn) -> float:
        """A turn's call is out; returns that moment."""
        now, epoch = self._clock.monotonic(), self._clock.now()
        self._last_sent = now
        self._sent.append(now)
        if turn.priority is Priority.INTERACTIVE:
            self._interactive.append(now)
        self._turn_day(epoch)
        self._sent_today[turn.method] = self._sent_today.get(turn.method, 0) + 1
        self._memory.call_sent(turn.method, epoch)
        self.take_back(turn)
        return now

    def take_back(self, turn: Turn) -> None:
        """A turn is over, its call sent or given up; the next may follow."""
        if self._sending is turn:
            self._sending = None
            self._drop_hopeless()
            self._proceed()

    async def close(self) -> None:
        """Turn away whoever waits."""
        for queue in self._queues.values():
            for waiter in queue:
                if not waiter.turn.done():
                    waiter.turn.set_exception(UpstreamBusy("The client is being closed."))
            queue.clear()
        self._wake_at(math.inf)

    def _proceed(self) -> None:
        """Give the turn, if it can be given now; else come back when it can, or when a waiter's deadline has come."""
        now = self._clock.monotonic()
        while self._deadlines and self._deadlines[0].turn.done():
            heapq.heappop(self._deadlines)
        wake_at = self._deadlines[0].deadline if self._deadlines else math.inf
        if self._sending is None:
            for priority, queue in self._queues.items():
                if not queue:
                    continue
                opens = self._opens_at(now, priority)
                if opens <= now + SOON:
                    self._give(next(iter(queue)))
                    break
                wake_at = min(wake_at, opens)
        self._wake_at(wake_at)

    def _give(self, waiter: _Waiter) -> None:
        del self._queues[waiter.priority][waiter]
        self._sending = Turn(self, waiter.method, waiter.priority)
        waiter.turn.set_result(self._sending)

    def _opens_at(self, now: float, priority: Priority) -> float:
        """When the next call of this priority may go out, queues apart. One being sent is taken to be out just now."""
        interval = self._pace.interval(now)
        last_sent = self._last_sent if self._sending is None else now
        # The ban itself was pause enough: the first call after it leaves when it ends, and the pace counts from there.
        first_after_ban = last_sent is not None and last_sent <= self._ban_learnt
        spacing = self._pace.shortest_interval if first_after_ban else interval
        opens = opens_at(now, last_sent, self._banned_until, spacing)
        if priority is Priority.INTERACTIVE:
            return opens
        self._forget(now)
        return max(opens, background_opens_at(now, len(self._interactive), self._sent, interval))

    def _drop_hopeless(self) -> None:
        """Turn away those who, by their place in the queue, cannot have a turn before their deadline."""
        now = self._clock.monotonic()
        interval = self._pace.interval(now)
        comes_at = self._opens_at(now, Priority.INTERACTIVE)
        for queue in self._queues.values():
            for waiter in list(queue):
                if waiter.deadline < comes_at - SOON:
                    del queue[waiter]
                    if not waiter.turn.done():
                        waiter.turn.set_exception(self._hopeless(now, comes_at))
                else:
                    comes_at += interval

    def _hopeless(self, now: float, comes_at: float) -> GatewayError:
        left = self._banned_until - now
        if left > SOON:
            return UpstreamBanned("AliExpress has banned the app key for a time. Ask again after it.", retry_after=left)
        wait = comes_at - now
        return UpstreamBusy(f"The next free turn at AliExpress is {wait:.1f} s away. Ask again then.", retry_after=wait)

    def _wake_at(self, moment: float) -> None:
        """Have `_wake` run at `moment` and at no other."""
        if moment == self._timer_at:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = moment
        self._timer = None if moment == math.inf else asyncio.create_task(self._wake(moment), name="governor")

    async def _wake(self, moment: float) -> None:
        await self._clock.sleep(max(moment - self._clock.monotonic(), _SHORTEST_SLEEP))
        self._timer, self._timer_at = None, math.inf
        self._drop_hopeless()
        self._proceed()

    def _forget(self, now: float) -> None:
        """Drop the sends that are older than the window."""
        for sent in (self._sent, self._interactive):
            while sent and sent[0] <= now - WINDOW_SECONDS:
                sent.popleft()

    def _turn_day(self, epoch: float) -> None:
        if (day := int(epoch // _DAY_SECONDS)) != self._day:
            self._day = day
            self._sent_today.clear()


class _Waiter:
    """One who waits for a turn, ordered by deadline."""

    __slots__ = ("deadline", "method", "priority", "turn")

    def __init__(self, method: str, priority: Priority, deadline: float) -> None:
        self.method = method
        self.priority = priority
        self.deadline = deadline
        self.turn: asyncio.Future[Turn] = asyncio.get_running_loop().create_future()

    def __lt__(self, other: _Waiter) -> bool:
        return self.deadline < other.deadline
