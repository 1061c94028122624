"""`alistach` and `python -m alistach`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; without the packages of the service there is only the client library."""
    try:
        from alistach.cli.app import run  # noqa: PLC0415 (what may be missing is found out here)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("alistach"):
            raise
        sys.exit(f"The command line needs more than the client library ({error.name}): pip install 'alistach[server]'")
    run()


if __name__ == "__main__":
    main()
