"""CSS that fetches nothing: rules, at-rules and values on allow-lists, only `data:` in url(), numbers capped."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tinycss2
from tinycss2.ast import AtRule, Declaration, NumberToken, QualifiedRule

from shared.certificate.document import Problem

#: Above this a number can't belong to a page; it is lowered to it.
MAX_NUMBER = 10_000

_HARMLESS_FUNCTIONS = """
rgb rgba hsl hsla calc min max clamp var format local counter counters
translate translatex translatey translatez translate3d scale scalex scaley rotate rotatez skew skewx skewy matrix
linear-gradient radial-gradient conic-gradient repeating-linear-gradient repeating-radial-gradient
inset circle ellipse polygon repeat minmax fit-content cubic-bezier steps
blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia
not is where has nth-child nth-last-child nth-of-type nth-last-of-type lang dir
"""
_FUNCTIONS = frozenset(_HARMLESS_FUNCTIONS.split())


@dataclass(frozen=True)
class Cleaned:
    """What is left of the CSS, and what was taken out of it (lines counted within the CSS)."""

    css: str
    problems: tuple[Problem, ...]


@lru_cache(maxsize=64)
def clean_stylesheet(text: str) -> Cleaned:
    """The content of a `<style>` element, safe to put back into one."""
    problems: list[Problem] = []
    css = _rules(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True), problems)
    return Cleaned(css.replace("<", "\\3c "), tuple(problems))  # no string in it can say </style>


def clean_declarations(text: str) -> Cleaned:
    """The value of a `style` attribute, decoded; to be encoded again by whoever puts it back into one."""
    problems: list[Problem] = []
    css = _declarations(tinycss2.parse_blocks_contents(text), problems)
    return Cleaned(css, tuple(problems))


def _rules(rules: Iterable[Any], problems: list[Problem]) -> str:
    return "\n".join(filter(None, (_rule(rule, problems) for rule in rules)))


def _rule(rule: Any, problems: list[Problem]) -> str:
    if isinstance(rule, AtRule):
        return _at_rule(rule, problems)
    if not isinstance(rule, QualifiedRule):
        return ""  # a parse error, which every browser skips
    if refusal := _refusal(rule.prelude):
        problems.append(Problem(rule.source_line, refusal))
        return ""
    content = _declarations(tinycss2.parse_blocks_contents(rule.content), problems)
    return f"{tinycss2.serialize(rule.prelude)}{{{content}}}"


def _at_rule(rule: AtRule, problems: list[Problem]) -> str:
    keyword = rule.lower_at_keyword
    if keyword == "charset":
        return ""
    refusal = _refusal(rule.prelude)
    if keyword == "import":
        refusal = "@import is not allowed: nothing is fetched"
    elif keyword not in {"page", "font-face", "media"} or rule.content is None:
        refusal = f"@{keyword} is not allowed; @page, @font-face and @media are"
    if refusal:
        problems.append(Problem(rule.source_line, refusal))
        return ""
    return f"@{keyword}{tinycss2.serialize(rule.prelude)}{{{_content(keyword, rule.content, problems)}}}"


def _content(keyword: str, content: list[Any], problems: list[Problem]) -> str:
    if keyword == "media":
        return _rules(tinycss2.parse_rule_list(content, skip_comments=True, skip_whitespace=True), problems)
    return _declarations(tinycss2.parse_blocks_contents(content), problems)


def _declarations(items: Iterable[Any], problems: list[Problem]) -> str:
    kept = []
    for item in items:
        if isinstance(item, Declaration):
            if refusal := _refusal(item.value):
                problems.append(Problem(item.source_line, f"{item.name}: {refusal}"))
            else:
                kept.append(item.serialize())
        elif isinstance(item, QualifiedRule | AtRule):
            problems.append(Problem(item.source_line, "a rule inside a rule is not allowed"))
    return ";".join(kept)


def _refusal(tokens: Iterable[Any]) -> str | None:
    """Why these component values can't stay, or None; caps their numbers on the way."""
    for token in _flat(tokens):
        if token.type == "error":
            return "can't be read"
        if token.type == "url" and not _is_embedded(token.value):
            return "only data: addresses are allowed, nothing is fetched"
        if token.type == "function" and token.lower_name != "url" and token.lower_name not in _FUNCTIONS:
            return f"{token.lower_name}() is not allowed"
        if token.type == "function" and token.lower_name == "url" and not _is_embedded(_only_string(token)):
            return "only data: addresses are allowed, nothing is fetched"
        if token.type in {"number", "percentage", "dimension"}:
            _cap(token)
    return None


def _flat(tokens: Iterable[Any]) -> Iterator[Any]:
    """Every token, also inside functions and brackets; a stack, for a stylesheet may nest them without end."""
    stack = list(tokens)
    while stack:
        token = stack.pop()
        yield token
        stack += getattr(token, "content", None) or getattr(token, "arguments", None) or []


def _only_string(function: Any) -> str:
    strings = [token.value for token in function.arguments if token.type not in {"whitespace", "comment"}]
    return strings[0] if len(strings) == 1 and isinstance(strings[0], str) else ""


def _is_embedded(url: str) -> bool:
    return url.strip().lower().startswith(("data:", "#"))


def _cap(token: NumberToken) -> None:
    if abs(token.value) > MAX_NUMBER:
        token.representation = str(MAX_NUMBER if token.value > 0 else -MAX_NUMBER)
