"""The operator's app key and secret, kept out of every text that might be read."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """An app of the Open Platform. Stray white space is cut: a line end in a secret makes every signature wrong."""

    app_key: str
    app_secret: str = field(repr=False)

    def __post_init__(self) -> None:
        for name in ("app_key", "app_secret"):
            cleaned = getattr(self, name).strip()
            if not cleaned:
                raise ValueError(f"{name} is empty")
            object.__setattr__(self, name, cleaned)
