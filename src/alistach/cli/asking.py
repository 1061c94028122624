"""Who answers a command: the running service if there is one, else the gateway opened here. Never both."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from alistach.cli.folder import opening, settings_here
from alistach.cli.problem import checked
from alistach.cli.refused import Refused
from alistach.cli.reply import Asks, Reply
from alistach.cli.service import Service, find, service_of
from alistach.cli.words import say
from alistach.settings import Settings

_MOST_PAUSES: Final = 20
_LONGEST_PAUSE_SECONDS: Final = 60


@contextmanager
def answerer() -> Iterator[Asks]:
    """Whoever answers, said on stderr. Raises Refused when nobody can."""
    settings = settings_here().settings
    if (service := find(settings)) is not None:
        say(f"Asking the service at {service.url}.")
        yield Patient(service, time.sleep)
        return
    say(f"No service at {service_of(settings).url}: answering from here, with the data in {settings.data_dir}.")
    yield from _from_here(settings)


def running() -> Service:
    """The running service, for questions about itself. Raises Refused when there is none."""
    settings = settings_here().settings
    if (service := find(settings)) is None:
        raise Refused(
            f"Error: there is no service at {service_of(settings).url}.",
            "Try: start one with alistach serve, or set ALISTACH_URL to where it is.",
        )
    say(f"Asking the service at {service.url}.")
    return service


def ask(method: str, target: str, content: object = None) -> Reply:
    """The answer to one question. Raises Refused for a failure."""
    with answerer() as asks:
        return checked(asks.ask(method, target, content))


class Patient:
    """Waits when the service says that this caller asks too fast: a list of many links is no reason to fail."""

    def __init__(self, asks: Asks, pause: Callable[[float], None]) -> None:
        self._asks, self._pause = asks, pause

    def ask(self, method: str, target: str, content: object = None) -> Reply:
        """The reply, or the last refusal."""
        for _ in range(_MOST_PAUSES):
            reply = self._asks.ask(method, target, content)
            told = reply.headers.get("retry-after", "")
            seconds = int(told) if told.isdecimal() else 0
            if reply.status != 429 or not 0 < seconds <= _LONGEST_PAUSE_SECONDS:
                return reply
            self._pause(seconds)
        return reply


def _from_here(settings: Settings) -> Iterator[Asks]:
    from alistach.cli.local import Local
    from alistach.storage.refused import DataLocked

    try:
        with opening(), Local(settings) as local:
            if settings.on_sandbox:
                say("SANDBOX: products, prices and links are made up (no ALIEXPRESS_APP_KEY in .env here).")
            yield Patient(local, time.sleep)
    except Refused as refused:
        if isinstance(refused.__cause__, DataLocked):
            raise Refused(
                *refused.sentences,
                f"That one does not answer at {service_of(settings).url}: it may be just starting, or listen elsewhere.",
                "Try: again in a moment, or set ALISTACH_URL to where it is.",
            ) from refused
        raise
