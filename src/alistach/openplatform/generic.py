"""Any method of the platform by its name, for those that have no operation of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from alistach.errors import InvalidParameters, ParameterProblem
from alistach.openplatform.operation import Operation, Payload
from alistach.openplatform.permissions import permission_group

Parameters = Mapping[str, object]

_METHOD: Final = re.compile(r"[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)+|(?:/[A-Za-z0-9_.-]+)+")
# The client writes these itself, and can read no other format.
_RESERVED: Final = frozenset({"app_key", "format", "method", "sign", "sign_method", "timestamp", "v"})
# The last word of the names of methods that only read; anything else may change something.
_READS: Final = frozenset(
    {"calculate", "download", "generate", "get", "list", "listbyindex", "query", "search", "searchV2", "smartmatch"}
)


def generic_operation(method: str) -> Operation[Parameters, dict[str, Any]]:
    """`method` (or a /rest path) as an operation; raises InvalidParameters when it cannot be the name of one."""
    if not _METHOD.fullmatch(method):
        problem = ParameterProblem("method", "must be a method such as aliexpress.ds.product.get, or a path")
        raise InvalidParameters(f"{method[:100]!r} is not the name of a method.", problems=(problem,))
    return Operation(
        method=method,
        encode=written_parameters,
        decode=_decode,
        empty=dict,
        permission_group=permission_group(method),
        repeatable=re.split(r"[./]", method)[-1] in _READS,
    )


def written_parameters(parameters: Parameters) -> dict[str, str]:
    """Values as the wire takes them: nested ones as JSON text, None left out. Raises InvalidParameters."""
    if taken := sorted(_RESERVED.intersection(parameters)):
        problems = tuple(ParameterProblem(name, "is set by the client") for name in taken)
        raise InvalidParameters(f"The client sets {', '.join(taken)} itself.", problems=problems)
    return {name: _written(name, value) for name, value in parameters.items()}


def _written(name: str, value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case int() | float():
            return str(value)
    try:
        return msgspec.json.encode(value).decode()
    except (TypeError, ValueError) as error:
        problem = ParameterProblem(name, f"cannot be written as JSON: {type(value).__name__}")
        raise InvalidParameters(f"The parameter {name} cannot be sent.", problems=(problem,)) from error


def _decode(payload: Payload) -> dict[str, Any]:
    return dict(payload)
