"""Checked queries as SQL conditions with bound values."""

from collections.abc import Callable, Iterable
from typing import Any

from infra.local.appwrite.collection import encode, quoted
from infra.local.appwrite.queries import Fields, Query

Condition = tuple[str, list[Any]]
_Maker = Callable[[str, list[Any]], Condition]


def _sql(template: str) -> _Maker:
    return lambda column, values: (template.format(column), values)


def _in(column: str, values: list[Any]) -> Condition:
    return f"{column} IN ({', '.join('?' * len(values))})", values


def _like(shape: str, word: str = " OR ") -> _Maker:
    def make(column: str, values: list[Any]) -> Condition:
        return _each(f"{column} LIKE ? ESCAPE '\\'", [shape.format(_escaped(value)) for value in values], word)

    return make


def _escaped(value: object) -> str:
    return str(value).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _words(column: str, values: list[Any]) -> Condition:
    return _like("%{}%")(column, values[0].replace('"', " ").split() or [""])


def _member(word: str) -> _Maker:
    member = "EXISTS (SELECT 1 FROM json_each({}) WHERE value = ? COLLATE NOCASE)"
    return lambda column, values: _each(member.format(column), values, word)


def _each(text: str, values: list[Any], word: str) -> Condition:
    """The condition once for each value."""
    return f"({word.join([text] * len(values))})", values


_MAKERS: dict[str, _Maker] = {
    "equal": _in,
    "notEqual": _sql("{} != ?"),
    "lessThan": _sql("{} < ?"),
    "lessThanEqual": _sql("{} <= ?"),
    "greaterThan": _sql("{} > ?"),
    "greaterThanEqual": _sql("{} >= ?"),
    "between": _sql("{} BETWEEN ? AND ?"),
    "isNull": _sql("{} IS NULL"),
    "isNotNull": _sql("{} IS NOT NULL"),
    "startsWith": _like("{}%"),
    "endsWith": _like("%{}"),
    "contains": _like("%{}%"),
    "containsAny": _like("%{}%"),
    "containsAll": _like("%{}%", " AND "),
    "search": _words,
}
_ARRAY_MAKERS: dict[str, _Maker] = {
    "contains": _member(" OR "),
    "containsAny": _member(" OR "),
    "containsAll": _member(" AND "),
}
_NEGATED = {
    "notBetween": "between",
    "notStartsWith": "startsWith",
    "notEndsWith": "endsWith",
    "notContains": "contains",
    "notSearch": "search",
}


def condition(query: Query, fields: Fields) -> Condition:
    """The SQL of one filter."""
    if query.method in ("or", "and"):
        return joined((condition(inner, fields) for inner in query.values), f" {query.method.upper()} ")
    if query.method in _NEGATED:
        text, values = condition(Query(_NEGATED[query.method], query.attribute, query.values), fields)
        return f"NOT {text}", values
    kind = fields.kinds[query.attribute]
    maker = _MAKERS[query.method]
    if kind.endswith("[]"):
        maker = _ARRAY_MAKERS.get(query.method, maker)
    bound = [encode(value, kind.removesuffix("[]")) for value in query.values]
    return maker(quoted(query.attribute), bound)


def joined(conditions: Iterable[Condition], word: str = " AND ") -> Condition:
    """Several conditions as one."""
    texts, values = [], []
    for text, bound in conditions:
        texts.append(f"({text})")
        values += bound
    return word.join(texts) or "1", values
