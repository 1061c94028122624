"""From what was sent to a question: every parameter is checked, and every problem is named at once."""

from __future__ import annotations

import difflib
import enum
import json
import re
import types
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from alistach.answers.questions import MUST_BE
from alistach.errors import InvalidParameters, MalformedBody, ParameterProblem

Q = TypeVar("Q", bound=msgspec.Struct)

_SHOWN = 60
# So many problems are told; whoever sent more has sent something else than a question.
_MOST_PROBLEMS = 20
# Line ends and tabs are fine: share text has them. U+FFFD is what is left of bytes that were not UTF-8.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")


def decode(model: type[Q], sent: Iterable[tuple[str, object]]) -> Q:
    """The question that was sent as pairs of name and value. Raises InvalidParameters with every problem."""
    types_by_name = get_type_hints(model, include_extras=True)
    values: dict[str, object] = {}
    problems: list[ParameterProblem] = []
    for name, value in sent:
        if name not in types_by_name:
            # What will not be told is not worth looking for near names.
            told = _unknown(name, types_by_name) if len(problems) < _MOST_PROBLEMS else ""
            problems.append(ParameterProblem(name[:_SHOWN], told))
        elif name in values:
            problems.append(ParameterProblem(name, "was given more than once"))
        else:
            values[name] = value
    for field in msgspec.structs.fields(model):
        if field.name in values:
            try:
                values[field.name] = read(types_by_name[field.name], values[field.name])
            except ValueError as error:
                problems.append(ParameterProblem(field.name, str(error)))
        elif field.required:
            problems.append(ParameterProblem(field.name, "is needed"))
    if problems:
        raise _invalid(problems)
    return model(**values)


def _invalid(problems: list[ParameterProblem]) -> InvalidParameters:
    told = "; ".join(f"{one.parameter} {one.message}" for one in problems[:_MOST_PROBLEMS])
    more = f"; and {len(problems) - _MOST_PROBLEMS} more" if len(problems) > _MOST_PROBLEMS else ""
    return InvalidParameters(f"{told}{more}.", problems=tuple(problems[:_MOST_PROBLEMS]))


def body_pairs(body: bytes) -> list[tuple[str, object]]:
    """The members of a JSON object, one that is there twice too. Raises MalformedBody for anything else."""
    if not body.strip():
        return []
    try:
        document = msgspec.json.decode(body)
        if not isinstance(document, dict):
            raise MalformedBody("The body must be a JSON object, with the parameters as members.")
        # The quick decoder keeps the last of two members of one name and says nothing.
        names = [name for name, _ in json.loads(body, object_pairs_hook=list)]
    except (ValueError, RecursionError) as error:
        raise MalformedBody(f"The body must be a JSON object: {error}.") from error
    return [(name, document[name]) for name in names]


def read(expected: Any, value: object) -> object:
    """The value as the type that a field has; raises ValueError with what it must be."""
    kind, metas = _unwrapped(expected)
    if value is None:
        return None if _is_optional(expected) else _fail("must not be null")
    if get_origin(kind) is tuple:
        return _read_list(get_args(kind)[0], metas, value)
    read_one = _READERS.get(kind)
    if read_one is None and isinstance(kind, type) and issubclass(kind, enum.Enum):
        return _read_choice(kind, value)
    converted = read_one(value, metas) if read_one else value
    _check(converted, metas, value)
    return converted


def _read_text(value: object, _: Iterable[Meta]) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"must be text, was {_shown(value)}")
    if isinstance(value, str) and _NOT_TEXT.search(value):
        raise ValueError("must be text in UTF-8 without control characters")
    return str(value)


def _read_whole(value: object, metas: Iterable[Meta]) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]{1,18}", value.strip()):
        return int(value)
    raise ValueError(f"must be a whole number{_range(metas)}, was {_shown(value)}")


def _read_decimal(value: object, metas: Iterable[Meta]) -> Decimal:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        text = str(value).strip()
        if re.fullmatch(r"[+-]?[0-9]{1,12}(\.[0-9]{1,6})?", text):
            try:
                return Decimal(text)
            except InvalidOperation:
                pass
    raise ValueError(f"must be a number like 12.50{_range(metas)}, was {_shown(value)}")


def _read_flag(value: object, _: Iterable[Meta]) -> bool:
    known = {"true": True, "1": True, "false": False, "0": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in known:
        return known[value.strip().lower()]
    raise ValueError(f"must be true or false, was {_shown(value)}")


_READERS = types.MappingProxyType({str: _read_text, int: _read_whole, Decimal: _read_decimal, bool: _read_flag})


def _read_list(item: Any, metas: Iterable[Meta], value: object) -> tuple[object, ...]:
    if isinstance(value, str | int) and not isinstance(value, bool):
        parts: list[object] = [part.strip() for part in str(value).split(",") if part.strip()]
    elif isinstance(value, list):
        parts = value
    else:
        raise ValueError(f"must be a list, was {_shown(value)}")
    for meta in metas:
        least, most = meta.min_length or 0, meta.max_length
        if len(parts) < least or (most is not None and len(parts) > most):
            raise ValueError(f"must have {least} to {most} members, had {len(parts)}")
    return tuple(_read_member(item, part, place) for place, part in enumerate(parts, 1))


def _read_member(item: Any, part: object, place: int) -> object:
    try:
        return read(item, part)
    except ValueError as error:
        raise ValueError(f"{error} (member {place})") from error


def _read_choice(kind: type[enum.Enum], value: object) -> enum.Enum:
    for member in kind:
        if isinstance(value, str) and str(member.value).casefold() == value.strip().casefold():
            return member
    raise ValueError(f"must be one of {', '.join(str(member.value) for member in kind)}; was {_shown(value)}")


def _check(converted: object, metas: Iterable[Meta], sent: object) -> None:
    for meta in metas:
        if isinstance(converted, str):
            _check_text(converted, meta, sent)
        elif isinstance(converted, int | Decimal):
            least, most = _bounds(meta)
            if (least is not None and converted < least) or (most is not None and converted > most):
                raise ValueError(f"must be{_range(metas).removeprefix(' from')}, was {_shown(sent)}")


def _check_text(text: str, meta: Meta, sent: object) -> None:
    if meta.max_length is not None and len(text) > meta.max_length:
        raise ValueError(f"must have at most {meta.max_length} characters, had {len(text)}")
    if meta.min_length is not None and len(text) < meta.min_length:
        raise ValueError("must not be empty")
    if meta.pattern is not None and re.fullmatch(meta.pattern, text) is None:
        what = (meta.extra or {}).get(MUST_BE, f"text that matches {meta.pattern}")
        raise ValueError(f"must be {what}, was {_shown(sent)}")


def _range(metas: Iterable[Meta]) -> str:
    for meta in metas:
        least, most = _bounds(meta)
        if least is not None and most is not None:
            return f" from {least} to {most}"
    return ""


def _bounds(meta: Meta) -> tuple[float | None, float | None]:
    """Decimals have theirs in the schema, since the library has none for them."""
    schema = meta.extra_json_schema or {}
    return (schema.get("minimum", meta.ge), schema.get("maximum", meta.le))


def _unwrapped(expected: Any) -> tuple[Any, tuple[Meta, ...]]:
    """The bare type and its constraints, the outermost last."""
    if get_origin(expected) is Annotated:
        inner, *metas = get_args(expected)
        kind, inner_metas = _unwrapped(inner)
        return kind, (*inner_metas, *(meta for meta in metas if isinstance(meta, Meta)))
    if get_origin(expected) in (Union, types.UnionType):
        return _unwrapped(next(member for member in get_args(expected) if member is not type(None)))
    return expected, ()


def _is_optional(expected: Any) -> bool:
    return get_origin(expected) in (Union, types.UnionType) and type(None) in get_args(expected)


def _unknown(name: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"is not known; did you mean {near[0]}?" if near else f"is not known; known are {', '.join(known) or 'none'}"


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _fail(message: str) -> object:
    raise ValueError(message)
