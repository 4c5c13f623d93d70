"""What an author wrote where it can't stand, and what the sanitiser would take out, with the line of each."""

import re
from collections.abc import Iterable, Iterator

from shared.certificate.allowed import attribute_problems, tag_refusal
from shared.certificate.css import clean_stylesheet
from shared.certificate.document import Problem
from shared.certificate.skeleton import HOLE
from shared.certificate.walk import Attributes, Walker

_QUOTED = re.compile(r"""(?<==)\s*(?:"[^"]*"|'[^']*')""")


def removals(page: str) -> list[Problem]:
    """Everything that would be removed from `page`, in the order it stands there."""
    return _Sanitiser().walk(page)


def misplaced(marked: str) -> Iterator[Problem]:
    """Jinja where it can't stand, in a skeleton whose expressions and statements are marked with `HOLE`."""
    for style in re.finditer(r"<style(?=[\s/>]).*?(?:</style(?=[\s/>])|\Z)", marked, re.DOTALL | re.IGNORECASE):
        if HOLE in style[0]:
            line = marked.count("\n", 0, style.start() + style[0].index(HOLE)) + 1
            yield Problem(line, "Jinja inside <style> is not allowed; use a style attribute")


def unquoted(page: str) -> list[Problem]:
    """Variables in a skeleton's tags that do not stand between quotes, where a name could add an attribute."""
    return _Quotes().walk(page)


class _Sanitiser(Walker):
    def judge_tag(self, tag: str, attributes: Attributes, written: str) -> Iterable[Problem]:
        if refusal := tag_refusal(tag):
            return [Problem(1, refusal)]
        if _has_loose_hole(written):
            return []
        return [problem for name, value in attributes for problem in attribute_problems(tag, name, value or "")]

    def judge_style(self, css: str) -> Iterable[Problem]:
        return clean_stylesheet(css).problems


class _Quotes(Walker):
    def judge_tag(self, tag: str, attributes: Attributes, written: str) -> Iterable[Problem]:  # noqa: ARG002
        if _has_loose_hole(written) and not tag_refusal(tag):
            yield Problem(1, f"inside <{tag}> a variable must stand between the quotes of a value")


def _has_loose_hole(written: str) -> bool:
    return HOLE in _QUOTED.sub("", written)
