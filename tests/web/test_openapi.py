"""The OpenAPI document: whole, sound, and true of what the service does."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from alistach.errors import GatewayError
from alistach.web.errorbook import every_error
from alistach.web.openapi import openapi
from alistach.web.routes import OPERATIONS, Operation
from tests.asking import ADMIN, Service

GOLDEN = Path(__file__).parent.parent / "golden" / "openapi.json"
DOCUMENT: dict[str, Any] = json.loads(msgspec.json.encode(openapi()))
METHODS = {"get", "post"}
# What any request may end with, whatever it asks.
ALWAYS = {"400", "401", "403", "414", "429", "431", "500", "503"}


def entries() -> list[tuple[str, str, dict[str, Any]]]:
    """Every operation of the document with its path and method."""
    return [(path, method, one) for path, item in DOCUMENT["paths"].items() for method, one in item.items()]


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in the document."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(inner)


def resolved(reference: str) -> Any:
    """What a reference of the document names."""
    found: Any = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def schema_of(one: dict[str, Any], status: str) -> dict[str, Any]:
    """The schema of a response's body."""
    (content,) = one["responses"][status]["content"].values()
    found = resolved(content["schema"]["$ref"])
    assert isinstance(found, dict)
    return found


def test_it_is_the_golden_file() -> None:
    assert json.loads(GOLDEN.read_text()) == DOCUMENT, f"run: python -m tests.web.test_openapi > {GOLDEN}"


def test_it_is_the_same_in_every_process() -> None:
    script = "import msgspec; from alistach.web.openapi import openapi; print(msgspec.json.encode(openapi()).decode())"
    made = [
        subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, check=True, capture_output=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert made[0] == made[1]


def test_it_says_which_standard_it_follows_and_who_it_is() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    assert {"title", "version", "license"} <= DOCUMENT["info"].keys()


def test_it_has_no_member_that_the_standard_does_not_know() -> None:
    assert DOCUMENT.keys() == {"openapi", "info", "servers", "paths", "components"}
    for _, _, one in entries():
        known = {"operationId", "summary", "description", "tags", "security", "parameters", "requestBody", "responses"}
        assert one.keys() <= known


def test_every_reference_leads_somewhere() -> None:
    references = {node["$ref"] for node in nodes(DOCUMENT) if "$ref" in node}
    assert references
    assert all(isinstance(resolved(reference), dict) for reference in references)


def test_every_schema_is_referred_to_by_a_sane_name() -> None:
    named = {node["$ref"].rpartition("/")[2] for node in nodes(DOCUMENT) if "$ref" in node}
    schemas = DOCUMENT["components"]["schemas"].keys()
    assert [name for name in schemas if not re.fullmatch(r"[A-Za-z0-9._-]+", name)] == []
    # The questions asked by GET alone stand as parameters.
    unused = {"ProductDetail", "Categories", "ChildCategories", "NoParameters"}
    assert schemas - named == unused & schemas


def test_operation_ids_are_unique() -> None:
    ids = [one["operationId"] for _, _, one in entries()]
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_path_and_method_of_the_table_is_there_and_no_other(operation: Operation) -> None:
    for path in operation.paths:
        assert DOCUMENT["paths"][path].keys() == {method.value.lower() for method in operation.methods}


def test_every_path_of_the_document_is_of_the_table_or_the_operators() -> None:
    ours = {"/health", "/admin/dashboard", "/admin/quota", "/admin/cache/clear"}
    assert {path for path, _, _ in entries()} >= ours
    of_table = {path for operation in OPERATIONS for path in operation.paths}
    others = {path for path in DOCUMENT["paths"] if path not in of_table}
    assert all(path == "/health" or path.startswith("/admin/") for path in others)


@pytest.mark.parametrize(("path", "method", "one"), entries())
def test_path_parameters_are_those_of_the_path_and_required(path: str, method: str, one: dict[str, Any]) -> None:
    in_path = {p["name"] for p in one.get("parameters", ()) if p["in"] == "path" and p["required"]}
    assert in_path == set(re.findall(r"{(\w+)}", path))
    assert method in METHODS


@pytest.mark.parametrize(("path", "method", "one"), entries())
def test_every_parameter_has_a_place_a_schema_and_words(path: str, method: str, one: dict[str, Any]) -> None:
    for parameter in one.get("parameters", ()):
        assert parameter["in"] in ("path", "query", "header")
        assert parameter["schema"]
        assert parameter["description"].endswith("."), f"{path} {parameter['name']}"
    names = [(parameter["in"], parameter["name"]) for parameter in one.get("parameters", ())]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_get_and_post_take_the_same_names(operation: Operation) -> None:
    fields = {field.encode_name for field in msgspec.structs.fields(operation.question)}
    for path in operation.paths:
        for method, one in DOCUMENT["paths"][path].items():
            if method == "get":
                names = {parameter["name"] for parameter in one["parameters"]} - {"Prefer"}
            else:
                reference = one["requestBody"]["content"]["application/json"]["schema"]["$ref"]
                names = set(resolved(reference)["properties"])
            assert names == fields


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_an_operation_lists_every_status_that_it_can_give(operation: Operation) -> None:
    for path in operation.paths:
        for method, one in DOCUMENT["paths"][path].items():
            expected = {"200", "304", "501", "502", "504", *ALWAYS}
            expected |= {"413", "415"} if method == "post" else set()
            expected |= {"404"} if operation.name in {"detail", "children"} else set()
            assert one["responses"].keys() == expected


def test_what_the_operator_asks_lists_every_status_too() -> None:
    paths = DOCUMENT["paths"]
    assert paths["/admin/dashboard"]["get"]["responses"].keys() == {"200", *ALWAYS}
    assert paths["/admin/cache/clear"]["post"]["responses"].keys() == {"200", "413", "415", *ALWAYS}
    assert paths["/health"]["get"]["responses"].keys() == {"200", "414", "431", "500", "503"}


@pytest.mark.parametrize("error", every_error(), ids=lambda error: error.code)
def test_every_code_stands_with_its_status(error: type[GatewayError]) -> None:
    told = [one["responses"].get(str(error.status), {}).get("description", "") for _, _, one in entries()]
    # 405 is what an operation that is not there answers.
    assert any(f"`{error.code}`" in description for description in told) or error.status == 405


@pytest.mark.parametrize(("path", "method", "one"), entries())
def test_a_failure_is_a_problem(path: str, method: str, one: dict[str, Any]) -> None:
    for status, response in one["responses"].items():
        if status >= "400" and (path, status) != ("/health", "503"):
            assert response["content"].keys() == {"application/problem+json"}
            assert schema_of(one, status)["title"] == "Problem"


def test_responses_tell_their_headers() -> None:
    search = DOCUMENT["paths"]["/api/products/search"]["get"]["responses"]
    assert search["200"]["headers"].keys() == {
        "Cache-Status",
        "Age",
        "ETag",
        "X-Upstream-Calls",
        "X-Request-ID",
        "RateLimit",
        "RateLimit-Policy",
    }
    assert search["429"]["headers"].keys() == {"Retry-After"}


def test_prices_are_decimals_with_bounds() -> None:
    price = DOCUMENT["components"]["schemas"]["Search"]["properties"]["min_sale_price"]["anyOf"][0]
    assert (price["format"], price["minimum"], price["maximum"]) == ("decimal", 0, 100_000_000)


async def test_every_answer_has_the_members_that_its_schema_requires(service: Service) -> None:
    found = (await service.get("/api/products/search?keywords=usb&page_size=2")).json["data"]["products"]
    ids = [row["product_id"] for row in found]
    asked = {
        "/api/products/search": await service.get("/api/products/search?keywords=usb"),
        "/api/products/{product_id}": await service.get(f"/api/products/{ids[0]}"),
        "/api/categories": await service.get("/api/categories"),
        "/api/affiliate/link": await service.get(f"/api/affiliate/link?url={ids[0]}"),
        "/admin/dashboard": await service.get("/admin/dashboard", ADMIN),
        "/admin/quota": await service.get("/admin/quota", ADMIN),
        "/health": await service.get("/health"),
    }
    for path, got in asked.items():
        assert got.status == 200
        assert list(missing(got.json, schema_of(DOCUMENT["paths"][path]["get"], "200"), path)) == []


async def test_every_problem_has_the_members_of_its_schema(service: Service) -> None:
    problem = DOCUMENT["components"]["schemas"]["Problem"]
    got = await service.get("/nothing")
    assert list(missing(got.json, problem, "problem")) == []
    assert set(got.json) <= set(problem["properties"])


def missing(value: Any, schema: dict[str, Any], where: str) -> Iterator[str]:
    """What the schema requires or rules out, and the value does not have or has."""
    if "$ref" in schema:
        schema = resolved(schema["$ref"])
    if "anyOf" in schema:
        if not any(list(missing(value, one, where)) == [] for one in schema["anyOf"]):
            yield f"{where} fits nothing"
        return
    types = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
    expected = types.get(schema.get("type", ""))
    if expected is not None and not isinstance(value, expected):
        yield f"{where} is no {schema['type']}"
        return
    if isinstance(value, dict):
        yield from (f"{where}.{name} is missing" for name in schema.get("required", ()) if name not in value)
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                yield from missing(value[name], inner, f"{where}.{name}")
    if isinstance(value, list):
        for item in value[:3]:
            yield from missing(item, schema.get("items", {}), f"{where}[]")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(DOCUMENT, indent=1) + "\n")
