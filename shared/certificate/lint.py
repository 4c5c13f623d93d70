"""What plutoprint would leave out of a page, with the line where it stands, so that its author can be told.

Nothing here is an error: the page is printed, without what can't be drawn.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import tinycss2
from tinycss2.ast import AtRule, Declaration, QualifiedRule

from shared.certificate import drawable
from shared.certificate.document import Problem
from shared.certificate.shims import drawn
from shared.certificate.skeleton import skeleton
from shared.certificate.walk import Attributes, Walker

_PREFIXES = ("-webkit-", "-moz-", "-ms-", "-o-")
_LAYERED = ("background", "background-image")


def unsupported(source: str) -> list[Problem]:
    """What of a template is not drawn, in the order of its lines, in every branch. It must compile."""
    return list(dict.fromkeys(_Lint().walk(skeleton(source))))


class _Lint(Walker):
    def judge_tag(self, tag: str, attributes: Attributes, written: str) -> Iterable[Problem]:  # noqa: ARG002
        for name, value in attributes:
            if name == "style" and value:
                yield from _declarations(tinycss2.parse_blocks_contents(value))

    def judge_style(self, css: str) -> Iterable[Problem]:
        return _rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True))


def _rules(rules: Iterable[Any]) -> Iterator[Problem]:
    for rule in rules:
        if isinstance(rule, QualifiedRule):
            yield from _selectors(rule)
            yield from _declarations(tinycss2.parse_blocks_contents(rule.content))
        elif isinstance(rule, AtRule) and rule.content is not None:
            yield from _at_rule(rule)


def _at_rule(rule: AtRule) -> Iterator[Problem]:
    """Of those that the sanitiser leaves."""
    if rule.lower_at_keyword == "media":
        yield from _rules(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))
    elif rule.lower_at_keyword in {"page", "font-face"}:
        yield from _declarations(tinycss2.parse_blocks_contents(rule.content))


def _selectors(rule: QualifiedRule) -> Iterator[Problem]:
    for before, token in zip(rule.prelude, rule.prelude[1:], strict=False):
        name = token.lower_name if token.type == "function" else getattr(token, "lower_value", "")
        if before == ":" and name in drawable.UNKNOWN_PSEUDOS:
            yield Problem(token.source_line, f"a rule that names :{name} is left out")


def _declarations(items: Iterable[Any]) -> Iterator[Problem]:
    for item in items:
        if isinstance(item, Declaration) and (reason := _reason(item)):
            yield Problem(item.source_line, reason)


def _reason(declaration: Declaration) -> str | None:
    """Why a declaration has no effect, or None."""
    name = declaration.lower_name
    if name.startswith("--"):
        return _functions(name, declaration.value)
    plain = name.removeprefix(next((prefix for prefix in _PREFIXES if name.startswith(prefix)), ""))
    if plain in drawable.WITHOUT_EFFECT or plain.startswith(drawable.MOVING):
        return None
    if name not in drawable.PROPERTIES:
        other = plain if plain in drawable.PROPERTIES else drawable.INSTEAD.get(plain)
        return f"{name} is not drawn" + (f"; {other} is" if other else "")
    value = drawn(name, declaration.value)
    return _words(name, value) or _parts(name, value) or _functions(name, value)


def _words(name: str, value: Iterable[Any]) -> str | None:
    words = [token.lower_value for token in value if token.type == "ident"]
    unknown = drawable.UNKNOWN_WORDS.get(name, frozenset()).intersection(words)
    if name == "display" and len(words) > 1:
        return "display takes one word"
    return f"{name}: {min(unknown)} is not drawn" + _hint(name) if unknown else None


def _hint(name: str) -> str:
    return "; flex, block and table are" if name == "display" else ""


def _parts(name: str, value: Sequence[Any]) -> str | None:
    if name in _LAYERED and any(part == "," for part in value):
        return f"{name}: several layers are not drawn, one is"
    if name == "text-decoration" and any(part.type in {"dimension", "percentage"} for part in value):
        return f"{name}: with a thickness it is not drawn"
    return None


def _functions(name: str, value: Iterable[Any]) -> str | None:
    stack = [(token, False) for token in value]
    while stack:
        token, calculated = stack.pop()
        if reason := _token(name, token, calculated):
            return reason
        if token.type == "function":
            inside = calculated or token.lower_name in drawable.MATH
            stack += [(argument, inside) for argument in token.arguments]
        elif token.type == "() block":
            stack += [(part, calculated) for part in token.content]
    return None


def _token(name: str, token: Any, calculated: bool) -> str | None:
    if token.type == "percentage" and calculated:
        return f"{name}: a percentage inside a calculation is not drawn"
    if token.type == "dimension" and drawable.UNKNOWN_UNITS.fullmatch(token.unit):
        return f"{name}: the unit {token.unit} is not known"
    return _function(name, token) if token.type == "function" else None


def _function(name: str, token: Any) -> str | None:
    called = token.lower_name
    if called.endswith("-gradient"):
        return f"{name}: {called}() is not drawn; linear-gradient() with percentages is, in a background"
    if called in drawable.UNKNOWN_FUNCTIONS:
        return f"{name}: {called}() is not drawn"
    if name == "clip-path" and called in drawable.SHAPES:
        return f"{name}: {called}() is not drawn; url(#…) of a <clipPath> in an SVG is"
    return None
