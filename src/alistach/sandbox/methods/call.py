"""What a method is given, and what it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from alistach.sandbox.catalogue import Catalogue
from alistach.sandbox.envelope import Listing, Result, list_of
from alistach.sandbox.faults import Fault
from alistach.sandbox.links import Links
from alistach.sandbox.options import SandboxOptions
from alistach.sandbox.parameters import Parameters
from alistach.sandbox.search import Search

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Backend:
    """What stands behind the platform's doors."""

    options: SandboxOptions
    catalogue: Catalogue
    search: Search
    links: Links


@dataclass(frozen=True, slots=True)
class Call:
    """One verified call: what it asks, of what, and the faults that a method must show itself."""

    parameters: Parameters
    base_url: str
    is_simplified: bool
    faults: tuple[Fault, ...]
    backend: Backend

    def suffers(self, kind: type[Fault]) -> bool:
        """Whether a fault of this kind strikes the call."""
        return any(isinstance(fault, kind) for fault in self.faults)

    def list_of(self, wrapper: str, items: list[T]) -> Listing[T]:
        """A list in the notation that the call asked for."""
        return list_of(wrapper, items, is_simplified=self.is_simplified)


Method = Callable[[Call], Awaitable[Result]]
