"""One question's way to the platform and back: turn, signature, request, answer, and again when that may help."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from alistach.errors import GatewayError, UpstreamBanned, UpstreamDown
from alistach.kit.clock import Clock
from alistach.openplatform import breaker as circuit
from alistach.openplatform.codes import UNSTATED_BAN_SECONDS
from alistach.openplatform.credentials import Credentials
from alistach.openplatform.envelope import open_envelope
from alistach.openplatform.governor import Governor, Turn
from alistach.openplatform.operation import Attempt, Operation, Priority, Reply
from alistach.openplatform.rejections import ClockRejected
from alistach.openplatform.retry import Retries, wait_before_repeat
from alistach.openplatform.signing import SignMethod, sent_parameters, signed
from alistach.openplatform.transport import Transport

P = TypeVar("P")
R = TypeVar("R")

# The platform's Date header is whole seconds old on arrival; less skew than this is none.
_SKEW_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Route:
    """Where the platform is and how requests to it are signed. `root` has neither /sync nor /rest at its end."""

    root: str
    credentials: Credentials
    sign_method: SignMethod


@dataclass(slots=True)
class _Flight(Generic[P, R]):
    """One question under way, over all its attempts."""

    operation: Operation[P, R]
    question: P | Callable[[], P]
    priority: Priority
    deadline: float
    attempts: list[Attempt] = field(default_factory=list)
    failures: int = 0
    is_probe: bool = False
    server_time: float | None = None
    parameters: Mapping[str, str] | None = None

    def written(self) -> Mapping[str, str]:
        """The business parameters; a question that was left open until now is closed, once for all attempts."""
        if self.parameters is None:
            question = self.question() if callable(self.question) else self.question
            self.parameters = sent_parameters(self.operation.encode(question))
        return self.parameters


class Sender:
    """Sends questions. `chance` gives random numbers from 0 to 1, for the jitter of retries.

    `outcomes` counts the requests sent by what came of them: `ok` or an error's code.
    """

    def __init__(
        self,
        route: Route,
        *,
        clock: Clock,
        transport: Transport,
        governor: Governor,
        retries: Retries,
        tolerance: circuit.Tolerance,
        chance: Callable[[], float],
    ) -> None:
        self._route = route
        self._clock = clock
        self._transport = transport
        self._governor = governor
        self._retries = retries
        self._tolerance = tolerance
        self._chance = chance
        self._breaker = circuit.Breaker()
        self._skew = 0.0
        self.outcomes: Counter[str] = Counter()
        self.last_outcome: str | None = None

    @property
    def condition(self) -> circuit.Condition:
        """How the circuit breaker stands now."""
        return circuit.condition(self._breaker, self._tolerance, self._clock.monotonic())

    async def send(
        self,
        operation: Operation[P, R],
        question: P | Callable[[], P],
        priority: Priority,
        deadline: float | None,
    ) -> Reply[R]:
        """The reply to `question`; raises a GatewayError that says how many calls were spent."""
        flight = _Flight(operation, question, priority, math.inf if deadline is None else deadline)
        if not callable(question):
            # What cannot be written is refused before it waits for anything.
            flight.written()
        while True:
            turn = await self._turn(flight)
            try:
                with turn:
                    return await self._use(turn, flight)
            except GatewayError as error:
                wait = self._judge(error, turn, flight)
                if wait is None:
                    raise
            finally:
                if flight.is_probe:
                    self._breaker = circuit.abandoned(self._breaker)
            await self._clock.sleep(wait)

    async def _turn(self, flight: _Flight[P, R]) -> Turn:
        """A turn, unless the breaker is open, before the wait or after it."""
        self._refuse_while_open(flight)
        try:
            turn = await self._governor.turn(flight.operation.method, flight.priority, flight.deadline)
        except GatewayError as error:
            error.upstream_calls = len(flight.attempts)
            raise
        try:
            self._refuse_while_open(flight)
        except GatewayError:
            self._governor.take_back(turn)
            raise
        flight.is_probe = self._breaker.opened_at is not None
        self._breaker = circuit.calling(self._breaker)
        return turn

    def _refuse_while_open(self, flight: _Flight[P, R]) -> None:
        now = self._clock.monotonic()
        if not circuit.may_call(self._breaker, self._tolerance, now):
            raise UpstreamDown(
                f"AliExpress failed {self._breaker.failures} times in a row, so it is left alone for a while.",
                retry_after=max(1.0, circuit.closed_for(self._breaker, self._tolerance, now)),
                upstream_calls=len(flight.attempts),
            )

    async def _use(self, turn: Turn, flight: _Flight[P, R]) -> Reply[R]:
        """Send the question once and read the answer; notes the attempt if anything was sent."""
        url, form = self._request(flight)
        started_at, started = self._clock.now(), self._clock.monotonic()
        outcome, request_id = "cancelled", None
        try:
            response = await self._transport.post(url, form, may_send=turn.confirm, on_sent=turn.sent)
            flight.server_time = response.server_time
            opened = open_envelope(response.body, flight.operation.method, flight.operation.permission_group)
            request_id = opened.request_id
            result = flight.operation.empty() if opened.is_empty else flight.operation.decode(opened.payload)
            outcome = "ok"
        except GatewayError as error:
            request_id = error.upstream_request_id = error.upstream_request_id or request_id
            outcome = error.code
            raise
        finally:
            if turn.sent_at is not None:
                seconds = self._clock.monotonic() - started
                self.outcomes[outcome] += 1
                self.last_outcome = outcome
                flight.attempts.append(Attempt(started_at, seconds, outcome, request_id))
        self._breaker = circuit.answered()
        return Reply(result, self._clock.now(), request_id, tuple(flight.attempts))

    def _request(self, flight: _Flight[P, R]) -> tuple[str, dict[str, str]]:
        """The address and the signed form. Signed per attempt: the signature covers a timestamp that must be recent."""
        route, method = self._route, flight.operation.method
        common = {
            "app_key": route.credentials.app_key,
            "timestamp": str(int((self._clock.now() + self._skew) * 1000)),
        }
        parameters = {**flight.written(), **common}
        secret = route.credentials.app_secret
        if method.startswith("/"):
            return f"{route.root}/rest{method}", signed(parameters, secret, SignMethod.SHA256, method)
        parameters |= {"method": method, "format": "json", "v": "2.0"}
        return f"{route.root}/sync", signed(parameters, secret, route.sign_method)

    def _judge(self, error: GatewayError, turn: Turn, flight: _Flight[P, R]) -> float | None:
        """Learn from a failed attempt; seconds to wait before the next, or None when there is to be none."""
        now = self._clock.monotonic()
        was_sent = turn.sent_at is not None
        flight.failures += 1
        error.upstream_calls = len(flight.attempts)
        if circuit.counts_against(error):
            if flight.is_probe or self._breaker.opened_at is None:
                self._breaker = circuit.failed(self._breaker, self._tolerance, now)
        elif was_sent:
            self._breaker = circuit.answered()
        if isinstance(error, UpstreamBanned) and was_sent:
            seconds = UNSTATED_BAN_SECONDS if error.retry_after is None else error.retry_after
            self._governor.banned(turn, seconds)
        if isinstance(error, ClockRejected) and flight.server_time is not None:
            skew = flight.server_time - self._clock.now()
            self._skew = skew if abs(skew) > _SKEW_SECONDS else 0.0
        # A refusal changed nothing, but what broke off on its way back may have.
        if was_sent and not flight.operation.repeatable and not isinstance(error, UpstreamBanned | ClockRejected):
            return None
        return wait_before_repeat(
            error,
            flight.failures,
            chance=self._chance(),
            now=now,
            deadline=flight.deadline,
            retries=self._retries,
        )
