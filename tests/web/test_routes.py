"""The table of operations: each row is whole, and what it says of the platform is what happens."""

from __future__ import annotations

import inspect
import re
from typing import get_type_hints

import msgspec
import pytest

from alistach.answers import questions
from alistach.web.routes import OPERATIONS, Operation
from tests.asking import Service

BY_NAME = {operation.name: operation for operation in OPERATIONS}
each = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)


def test_names_are_unique_and_words() -> None:
    assert len(BY_NAME) == len(OPERATIONS)
    assert [name for name in BY_NAME if not re.fullmatch("[a-z]+", name)] == []


def test_no_path_and_method_is_there_twice() -> None:
    pairs = [(path, method) for operation in OPERATIONS for path in operation.paths for method in operation.methods]
    assert len(pairs) == len(set(pairs))


def test_the_table_is_the_one_that_callers_know() -> None:
    assert {(path, *sorted(o.methods)) for o in OPERATIONS for path in o.paths} == {
        ("/api/products/search", "GET", "POST"),
        ("/api/products/{product_id}", "GET"),
        ("/api/products/details/{product_id}", "GET"),
        ("/api/products/details", "POST"),
        ("/api/categories", "GET"),
        ("/api/categories/{category_id}/children", "GET"),
        ("/api/affiliate/link", "GET", "POST"),
        ("/api/affiliate/links", "POST"),
    }


@each
def test_a_row_says_what_it_is_for(operation: Operation) -> None:
    assert operation.summary.endswith(".")
    assert operation.upstream_method.startswith("aliexpress.affiliate.")


@each
def test_the_names_in_a_path_are_parameters_of_the_question(operation: Operation) -> None:
    in_paths = {name for path in operation.paths for name in re.findall(r"{(\w+)}", path)}
    assert in_paths <= set(operation.question.__struct_fields__)


@each
def test_every_parameter_has_a_type_that_is_read(operation: Operation) -> None:
    assert get_type_hints(operation.question).keys() == set(operation.question.__struct_fields__)
    assert issubclass(operation.question, msgspec.Struct)


@each
async def test_a_row_picks_the_method_that_answers_it(service: Service, operation: Operation) -> None:
    answer = operation.answer(service.gateway.answers)
    hints = inspect.signature(answer).parameters
    assert [parameter.annotation for parameter in hints.values()] == [operation.question.__name__, "Asker"]


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("/api/products/search?page_size=1", "search"),
        ("/api/products/details/1005006338829917", "detail"),
        ("/api/products/1005006338829917", "detail"),
        ("/api/products/other", "detail"),
    ],
)
async def test_a_literal_path_comes_before_one_with_a_parameter(service: Service, target: str, name: str) -> None:
    await service.get(target)
    assert list(service.gateway.metrics.total().by_operation) == [name]


@each
def test_a_method_is_one_that_a_question_can_be_asked_by(operation: Operation) -> None:
    assert set(operation.methods) <= {"GET", "POST"}
    # What may be long, a list of 50, is asked by POST alone.
    takes_many = operation.question in {questions.ProductDetails, questions.AffiliateLinks}
    assert (operation.methods == ("POST",)) is takes_many


async def test_every_question_is_in_the_table() -> None:
    asked = {operation.question for operation in OPERATIONS}
    models = {
        model
        for model in vars(questions).values()
        if isinstance(model, type) and issubclass(model, msgspec.Struct) and model is not msgspec.Struct
    }
    assert models == asked


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("search", "/api/products/search?keywords=usb"),
        ("detail", "/api/products/1005006338829917"),
        ("categories", "/api/categories"),
        ("children", "/api/categories/2/children"),
        ("link", "/api/affiliate/link?url=1005006338829917"),
    ],
)
async def test_a_miss_costs_one_call_of_the_method_in_the_table(service: Service, name: str, target: str) -> None:
    await service.get(target)
    assert service.sandbox.calls.report().calls == {BY_NAME[name].upstream_method: 1}
    assert set(service.gateway.metrics.total().by_operation) == {name}
