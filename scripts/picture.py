"""Draws docs/terminal.svg: a real search of the command line on the sandbox, as a terminal shows it."""

import io
import os
import pty
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

WIDTH = 124
COMMAND = ["search", "usb", "cable", "--page-size", "5", "--tracking-id", "deals"]


def shown(folder: str) -> str:
    """What the command prints on a terminal of this width."""
    ours, theirs = pty.openpty()
    settings = {"ALISTACH_SANDBOX_PORT": "0", "API_PORT": "65000", "COLUMNS": str(WIDTH), "TERM": "xterm-256color"}
    process = subprocess.Popen(
        [sys.executable, "-m", "alistach", *COMMAND],
        cwd=folder, env={**os.environ, **settings}, stdout=theirs, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(theirs)
    output = b""
    while True:
        try:
            output += os.read(ours, 65_536)
        except OSError:
            break
    process.wait()
    return output.decode().replace("\r\n", "\n")


with tempfile.TemporaryDirectory() as folder:
    terminal = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    terminal.print(Text(f"$ alistach {' '.join(COMMAND)}", style="bold"))
    terminal.print(Text.from_ansi(shown(folder)))
    drawn = terminal.export_svg(title="alistach")
    # No outside asset: whoever looks at it has a font of fixed width.
    Path("docs/terminal.svg").write_text(re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL))
