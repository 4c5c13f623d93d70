"""Payloads that fit a JSON Schema as pydantic writes it for our models."""

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

Schema = Mapping[str, Any]
Values = st.SearchStrategy[Any]

#: The kinds of text that a format names; anything else is any text.
_FORMATS: Mapping[str, Values] = {
    "email": st.emails(),
    "date": st.dates().map(str),
    "date-time": st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
}


def fitting(schema: Schema) -> Values:
    """Objects with all required fields of `schema` and any of the others."""
    places = schema.get("$defs", {})
    fields = {name: _values(field, places) for name, field in schema.get("properties", {}).items()}
    required = set(schema.get("required", ()))
    return st.fixed_dictionaries(
        {name: fields[name] for name in required}, optional={name: fields[name] for name in fields.keys() - required}
    )


def _values(field: Schema, places: Mapping[str, Schema]) -> Values:
    if "$ref" in field:
        return _values(places[field["$ref"].rpartition("/")[2]], places)
    if "anyOf" in field:
        return st.one_of([_values(each, places) for each in field["anyOf"]])
    if "enum" in field:
        return st.sampled_from(field["enum"])
    if "const" in field:
        return st.just(field["const"])
    if field["type"] == "array":
        most = min(field.get("maxItems", 3), 3)
        return st.lists(_values(field["items"], places), min_size=field.get("minItems", 0), max_size=most)
    return _SCALARS[field["type"]](field)


def _text(field: Schema) -> Values:
    if "pattern" in field:
        return st.from_regex(field["pattern"], fullmatch=True)
    if "format" in field and field["format"] in _FORMATS:
        return _FORMATS[field["format"]]
    least = field.get("minLength", 0)
    text = st.text(min_size=least, max_size=min(field.get("maxLength", least + 30), least + 30))
    return text | st.sampled_from(field["examples"]) if "examples" in field else text


def _integer(field: Schema) -> Values:
    least = field.get("minimum", field.get("exclusiveMinimum"))
    return st.integers(min_value=least, max_value=field.get("maximum"))


_SCALARS: Mapping[str, Callable[[Schema], Values]] = {
    "string": _text,
    "integer": _integer,
    "number": lambda field: st.floats(field.get("minimum"), field.get("maximum"), allow_nan=False),
    "boolean": lambda _: st.booleans(),
    "null": lambda _: st.none(),
    "object": lambda _: st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2),
}
