"""What plutoprint can draw if it is told in other words: gradients (as SVG), fonts that say they are WOFF2.

A page goes through here after it is sanitised and on its way to plutoprint only.
"""

import html
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import tinycss2
from tinycss2.ast import AtRule, Declaration, QualifiedRule

from shared.certificate.gradients import without_gradients

#: As the sanitiser writes them.
_STYLE = re.compile(r"(?<=<style>).*?(?=</style>)", re.DOTALL)
_TAG = re.compile(r"""<\w+(?:\s+[\w:-]+(?:=(?:"[^"]*"|'[^']*'|[^\s"'>]*))?)*\s*/?>""")
_ATTRIBUTE = re.compile(r"""(?<=\sstyle=)(?:"([^"]*)"|'([^']*)')""")


def shimmed(page: str) -> str:
    """A sanitised page in words that plutoprint knows; everything else in it stays as it is."""
    page = _STYLE.sub(lambda found: _stylesheet(found[0]), page, count=1)
    head, body, rest = page.partition("<body")
    if "linear-gradient" not in rest:
        return page
    return head + _TAG.sub(lambda tag: _ATTRIBUTE.sub(_attribute, tag[0]), body + rest)


def drawn(name: str, value: Iterable[Any]) -> list[Any]:
    """The value of a declaration or descriptor, as plutoprint gets it."""
    tokens = [token for token in value if name != "src" or not _says_woff2(token)]
    return list(without_gradients(name, tokens))


@lru_cache(maxsize=64)
def _stylesheet(css: str) -> str:
    if "linear-gradient" not in css and "woff2" not in css.lower():
        return css
    rules = tinycss2.parse_stylesheet(css, skip_comments=True)
    return _rules(rules).replace("<", "\\3c ")  # no string in it can say </style>


def _rules(rules: Iterable[Any]) -> str:
    return "".join(map(_rule, rules))


def _rule(rule: Any) -> str:
    if isinstance(rule, QualifiedRule):
        return f"{tinycss2.serialize(rule.prelude)}{{{_declarations(rule.content)}}}"
    if isinstance(rule, AtRule) and rule.content is not None:
        inner = _rules(tinycss2.parse_rule_list(rule.content)) if _nests(rule) else _declarations(rule.content)
        return f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}"
    return str(rule.serialize())


def _nests(rule: AtRule) -> bool:
    return bool(rule.lower_at_keyword == "media")


def _declarations(content: str | list[Any]) -> str:
    kept = []
    for item in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if isinstance(item, Declaration):
            item.value = drawn(item.lower_name, item.value)
        kept.append(item.serialize())
    return ";".join(kept)


def _attribute(found: re.Match[str]) -> str:
    css = html.unescape(found[1] if found[1] is not None else found[2])
    return f'"{html.escape(_declarations(css))}"' if "linear-gradient" in css else found[0]


def _says_woff2(token: Any) -> bool:
    """`format("woff2")`, which keeps plutoprint from loading what it can read."""
    if token.type != "function" or token.lower_name != "format":
        return False
    return any(str(getattr(each, "value", "")).lower().startswith("woff2") for each in token.arguments)
