"""Recorded answers, and whether another answer has their shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parent.parent / "golden" / "samples"


def sample(name: str) -> Any:
    """The recorded answer called `name`."""
    return json.loads((SAMPLES / f"{name}.json").read_text())


def shape(value: Any) -> Any:
    """Names, nesting and JSON types; a list has the shape of its first item."""
    match value:
        case dict():
            return {name: shape(item) for name, item in value.items()}
        case list():
            return [shape(item) for item in value[:1]]
        case _:
            return type(value).__name__
