"""The finer cases keep the face of their parents."""

from __future__ import annotations

import inspect

import pytest

from alistach.errors import CredentialsRejected, GatewayError, UpstreamDown, UpstreamInvalid
from alistach.openplatform import rejections

FINER: list[type[GatewayError]] = [
    kind
    for _, kind in inspect.getmembers(rejections, inspect.isclass)
    if issubclass(kind, GatewayError) and kind.__module__ == rejections.__name__
]
PARENTS = {CredentialsRejected, UpstreamInvalid, UpstreamDown}


@pytest.mark.parametrize("kind", FINER, ids=lambda kind: kind.__name__)
def test_each_has_its_parents_code_status_title_and_fault(kind: type[GatewayError]) -> None:
    parent = kind.__base__
    assert parent is not None
    assert issubclass(parent, GatewayError)
    assert parent in PARENTS
    assert (kind.code, kind.status, kind.title, kind.fault) == (parent.code, parent.status, parent.title, parent.fault)


@pytest.mark.parametrize("kind", FINER, ids=lambda kind: kind.__name__)
def test_the_tree_that_is_drawn_is_true(kind: type[GatewayError]) -> None:
    parent = kind.__base__
    assert parent is not None
    drawn = inspect.getdoc(rejections) or ""
    assert kind.__name__ in drawn.partition(parent.__name__)[2]
    assert len(FINER) == 8


def test_only_what_may_pass_may_be_tried_again_by_the_caller() -> None:
    assert [kind.__name__ for kind in FINER if kind.retryable] == ["BackendFailed"]
