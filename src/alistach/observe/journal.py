"""The log: one line for each request, written before its response leaves, and lines for what the service itself has to say.

The runbook looks for refusals with `grep "401\\|403\\|429"`. So that it finds statuses and nothing else, a line holds no other
run of three digits that could be one of them: durations and sizes have few digits, times end in hundredths, and such a run in a
target has its last digit percent-encoded, which names the same target (RFC 3986 §6.2.2.2).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from time import gmtime, strftime

from alistach.observe.exchange import Exchange

FILE_NAME = "aliexpress_api.log"

# What somebody put into the URL that belongs into a header. `keywords` is not a key.
_SECRET_VALUE = re.compile(r"([?&](?!keywords?=)[^=&]*(?:key|secret|token|passw|session)[^=&]*=)[^&]*", re.IGNORECASE)
_ENDS_A_STATUS = re.compile(r"(?<=40)[13]|(?<=42)9")
_HUNDREDTHS = tuple(f".{hundredth:02d}Z" for hundredth in range(100))
_MOST_KNOWN, _LONGEST_KNOWN = 4_096, 1_024
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_UNPRINTABLE = re.compile(r"[^\x21-\x7e]")


class Journal:
    """An append-only file. Lines of the service's own are written from level `least` up, lines of requests always.

    `write_failures` counts lines that could not be written; `reason` says why the last was not.
    """

    def __init__(self, folder: Path, now: Callable[[], float], least: str = "INFO") -> None:
        self.path = folder / FILE_NAME
        self._now, self._least = now, _LEVELS.index(least)
        self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        self._second, self._second_text = 0, ""
        self._known: dict[str, str] = {}
        self._is_torn = False
        self.write_failures = 0
        self.reason: str | None = None

    def record(self, exchange: Exchange) -> None:
        """Write the line of a finished exchange."""
        level = "INFO" if exchange.status < 400 else "WARNING" if exchange.status < 500 else "ERROR"
        # One formatting for the whole line: this is half of what a known answer costs.
        line = (
            f"{self._time(exchange.at)} {level} {exchange.request_id} {self._safe(exchange.method)} {self._safe(exchange.target)}"
            f" status={exchange.status} took={_took(exchange.seconds)} cache={exchange.cache} calls={exchange.calls}"
            f" caller={exchange.caller} from={self._safe(exchange.address)} size={_size(exchange.body_bytes)}{_rest(exchange)}\n"
        )
        self._write(line)

    def say(self, level: str, event: str, **fields: object) -> None:
        """Write a line of the service's own, an event name and fields, unless its level is below the least."""
        if _LEVELS.index(level) < self._least:
            return
        told = "".join(f" {name}={_field(value)}" for name, value in fields.items())
        self._write(f"{self._time(self._now())} {level} - {event}{told}\n")

    def reopen(self) -> None:
        """Go on in a new file of the same name: the old one was moved away."""
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        os.dup2(file, self._file, inheritable=False)
        os.close(file)

    def close(self) -> None:
        """Close the file; nothing is written after that."""
        os.close(self._file)
        # The number may soon be another file's.
        self._file = -1

    def _write(self, line: str) -> None:
        # Fails open: an answer is worth more than its line. The count and the reason show in /health.
        whole = line.encode()
        if self._is_torn:
            whole = b"\n" + whole
        try:
            written = os.write(self._file, whole)
        except OSError as error:
            self.write_failures += 1
            self.reason = error.strerror
            return
        self.reason = None
        self._is_torn = written < len(whole)
        if self._is_torn:
            self.write_failures += 1
            self.reason = "No space for the whole of a line"

    def _safe(self, wire: str) -> str:
        """What was on the wire, a byte a character, as `grep_safe` has it; the same targets come again and again."""
        safe = self._known.get(wire)
        if safe is None:
            shown = _SECRET_VALUE.sub(r"\1***", wire)
            safe = _ENDS_A_STATUS.sub(r"%3\g<0>", _UNPRINTABLE.sub(_percent_bytes, shown))
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            if len(wire) <= _LONGEST_KNOWN:
                self._known[wire] = safe
        return safe

    def _time(self, epoch: float) -> str:
        second = int(epoch)
        if second != self._second:
            self._second, self._second_text = second, strftime("%Y-%m-%dT%H:%M:%S", gmtime(second))
        return self._second_text + _HUNDREDTHS[int((epoch - second) * 100)]


def grep_safe(text: str) -> str:
    """The text with nothing but visible ASCII, and nothing in it that looks like a status the runbook looks for."""
    return _ENDS_A_STATUS.sub(r"%3\g<0>", _UNPRINTABLE.sub(_percent, text))


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))


def _percent_bytes(match: re.Match[str]) -> str:
    return "".join(f"%{ord(character):02X}" for character in match[0])


def _rest(exchange: Exchange) -> str:
    """What only some lines have."""
    if exchange.code is None and exchange.upstream_request_id is None and exchange.client_request_id is None:
        return ""
    told = {
        "code": exchange.code,
        "upstream_id": exchange.upstream_request_id,
        "client_id": exchange.client_request_id,
    }
    return "".join(f" {name}={grep_safe(value)}" for name, value in told.items() if value is not None)


def _took(seconds: float) -> str:
    """Two significant digits: `0.43ms`, `4.3ms`, `43ms`, `0.43s`, `4.3s`, `43s`; then `4.3min`."""
    if seconds < 0.000995:
        return _FRACTIONS[int(seconds * 100_000 + 0.5)]
    if seconds >= 99.5:
        return f"{seconds / 60:.1f}min"
    number, unit = (seconds * 1000, "ms") if seconds < 0.0995 else (seconds, "s")
    return (
        f"{number:.2f}{unit}" if number < 0.995 else f"{number:.1f}{unit}" if number < 9.95 else f"{number:.0f}{unit}"
    )


# Made once: almost every answer takes less than a millisecond.
_FRACTIONS = tuple(f"{hundredth / 100:.2f}ms" for hundredth in range(101))


def _size(count: int) -> str:
    """Bytes in at most two digits before the point."""
    return f"{count / 1000:.1f}kB" if count < 99_950 else f"{count / 1_000_000:.1f}MB"


def _field(value: object) -> str:
    """A value as one word, or in quotes when it has spaces."""
    words = [grep_safe(word.replace('"', "'")) for word in str(value).split()]
    return words[0] if len(words) == 1 else f'"{" ".join(words)}"'
