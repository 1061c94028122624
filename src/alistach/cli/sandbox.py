"""`alistach sandbox`: an Open Platform as a process of its own, and how a running one is steered."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from alistach.cli.output import Form, JsonFlag, console, form, grid, plain, write_json
from alistach.cli.pairs import pairs
from alistach.cli.refused import Refused
from alistach.cli.steering import steered
from alistach.cli.urls import url_of
from alistach.cli.words import say

if TYPE_CHECKING:
    from alistach.sandbox import SandboxOptions

UrlOption = Annotated[
    str | None,
    typer.Option(
        "--url", metavar="URL", help="The sandbox meant. Default: the running service's, else http://127.0.0.1:8001."
    ),
]


class FaultNote(msgspec.Struct, frozen=True):
    """A fault in force."""

    number: int
    fault: dict[str, str | int | float]
    seconds_left: float | None
    calls_left: int | None


class FaultList(msgspec.Struct, frozen=True):
    """The faults in force."""

    faults: tuple[FaultNote, ...]


class CallReport(msgspec.Struct, frozen=True):
    """What arrived."""

    calls: dict[str, int]
    bans: int


def sandbox(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(metavar="HOST", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="PORT", help="The port to listen on; 0 takes any free one.", min=0, max=65535)
    ] = 8001,
    seed: Annotated[int, typer.Option(metavar="N", help="Another seed, another catalogue.")] = 1,
    products: Annotated[
        int, typer.Option(metavar="N", help="How many products there are.", min=1, max=1_000_000)
    ] = 20_000,
) -> None:
    """Run an Open Platform of your own, or steer a running one.

    It runs on this machine until Ctrl-C or SIGTERM. It checks calls as the real one does.
    Its products, prices and links are made up.
    """
    if ctx.invoked_subcommand is not None:
        return
    from alistach.sandbox import SandboxOptions

    asyncio.run(_run(SandboxOptions(seed=seed, products=products), host, port))
    say("Stopped.")


def fault(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="What goes wrong, such as delay, hang, ban or status.")],
    details: Annotated[
        list[str] | None, typer.Argument(metavar="NAME=VALUE", help="Such as delay_seconds=2, count=3, share=0.5.")
    ] = None,
    url: UrlOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Have a running sandbox misbehave.

    For `seconds`, for a `count` of calls, for a `share` of them, for a `method`, or for good.
    """
    content = {"kind": kind, **{name: _scalar(value) for name, value in pairs(details or []).items()}}
    reply = steered(url, "POST", "/sandbox/faults", content)
    if form(as_json=as_json) is Form.TABLES:
        number = msgspec.json.decode(reply, type=dict[str, int])["number"]
        say(f"Fault {number} is in force; alistach sandbox clear-faults ends it.")
    else:
        write_json(reply)


def faults(url: UrlOption = None, as_json: JsonFlag = False) -> None:
    """List the faults in force."""
    reply = steered(url, "GET", "/sandbox/faults")
    if form(as_json=as_json) is not Form.TABLES:
        write_json(reply)
        return
    in_force = msgspec.json.decode(reply, type=FaultList).faults
    if not in_force:
        say("No fault is in force.")
        return
    table = grid()
    for name in ("number", "kind", "details", "seconds left", "calls left"):
        table.add_column(name)
    for note in in_force:
        details = " ".join(f"{name}={value}" for name, value in note.fault.items() if name != "kind")
        left = "-" if note.seconds_left is None else f"{note.seconds_left:.0f}"
        calls = "-" if note.calls_left is None else str(note.calls_left)
        table.add_row(str(note.number), str(note.fault["kind"]), plain(details), left, calls)
    console().print(table)


def clear_faults(url: UrlOption = None) -> None:
    """End every fault."""
    steered(url, "DELETE", "/sandbox/faults")
    say("No fault is in force any more.")


def calls(url: UrlOption = None, as_json: JsonFlag = False) -> None:
    """Show which calls have arrived."""
    reply = steered(url, "GET", "/sandbox/calls")
    if form(as_json=as_json) is not Form.TABLES:
        write_json(reply)
        return
    report = msgspec.json.decode(reply, type=CallReport)
    table = grid()
    table.add_column("method")
    table.add_column("calls", justify="right")
    for method, count in report.calls.items():
        table.add_row(plain(method), f"{count:,}")
    console().print(table)
    say(f"{sum(report.calls.values()):,} calls, {report.bans:,} of them refused for a ban.")


def reset(url: UrlOption = None) -> None:
    """Forget the calls, the faults with their bans, and the links."""
    steered(url, "POST", "/sandbox/reset")
    say("The sandbox begins again.")


async def _run(options: SandboxOptions, host: str, port: int) -> None:
    from alistach.kit.clock import SystemClock
    from alistach.sandbox import Sandbox

    platform = Sandbox(options, SystemClock())
    try:
        await platform.start(host, port, fall_back_to_free_port=False)
    except OSError as error:
        raise Refused(
            f"Error: the sandbox cannot listen on port {port} of {host} ({os.strerror(error.errno or 0)}).",
            "Try: another --port or --host; --port 0 takes any free one.",
        ) from error
    print(_banner(options, url_of(host, platform.port)), file=sys.stderr, flush=True)
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await stopping.wait()
    await platform.stop()


def _banner(options: SandboxOptions, url: str) -> str:
    return f"""\
alistach sandbox: an Open Platform on this machine; all in it is made up.

  url         {url}
  app key     {options.app_key}
  app secret  {options.app_secret}
  products    {options.products:,}, of seed {options.seed}

Have the service use it, or any other client of the platform:
  export ALIEXPRESS_API_URL={url}
  export ALIEXPRESS_APP_KEY={options.app_key}
  export ALIEXPRESS_APP_SECRET={options.app_secret}

Steer it from another terminal: alistach sandbox fault delay delay_seconds=2
Ctrl-C stops it.
"""


def _scalar(text: str) -> str | int | float:
    """Numbers as numbers: the sandbox is strict about types."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
