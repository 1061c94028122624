"""What a method is given."""

from __future__ import annotations

from alistach.sandbox.catalogue import Catalogue
from alistach.sandbox.faults import Empty, Fault, HalfBatch, Html
from alistach.sandbox.links import Links
from alistach.sandbox.methods.call import Backend, Call
from alistach.sandbox.options import SandboxOptions
from alistach.sandbox.parameters import Parameters
from alistach.sandbox.search import Search


def call(*faults: Fault, is_simplified: bool = False) -> Call:
    catalogue = Catalogue(1, 10)
    backend = Backend(SandboxOptions(), catalogue, Search(catalogue), Links(1))
    return Call(Parameters(), "http://sb", is_simplified, faults, backend)


def test_a_call_suffers_the_faults_that_strike_it() -> None:
    struck = call(Html(), HalfBatch())
    assert [struck.suffers(kind) for kind in (HalfBatch, Html, Empty)] == [True, True, False]


def test_a_call_without_faults_suffers_none() -> None:
    assert not call().suffers(Html)


def test_lists_follow_the_notation_asked_for() -> None:
    assert call().list_of("product", [1]) == {"product": [1]}
    assert call(is_simplified=True).list_of("product", [1]) == [1]
