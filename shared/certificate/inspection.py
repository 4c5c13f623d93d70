"""What the sanitiser would take out of a page, with the line where it stands, so that its author can be told."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from shared.certificate.allowed import attribute_problems, tag_refusal
from shared.certificate.css import clean_stylesheet
from shared.certificate.document import Problem
from shared.certificate.skeleton import HOLE

_QUOTED = re.compile(r"""(?<==)\s*(?:"[^"]*"|'[^']*')""")


def problems(page: str) -> list[Problem]:
    """Everything that would be removed from `page`, in the order it stands there."""
    inspector = _Inspector(convert_charrefs=True)
    # CDATA and its like are comments to HTML, and an AssertionError to Python 3.11.
    inspector.feed(page.replace("<![", "<!-["))
    inspector.close()
    return inspector.found


def template_in_style(marked: str) -> Iterator[Problem]:
    """One problem for each `<style>` of a skeleton whose expressions and statements are marked with `HOLE`."""
    for style in re.finditer(r"<style(?=[\s/>]).*?(?:</style(?=[\s/>])|\Z)", marked, re.DOTALL | re.IGNORECASE):
        if HOLE in style[0]:
            line = marked.count("\n", 0, style.start() + style[0].index(HOLE)) + 1
            yield Problem(line, "Jinja inside <style> is not allowed; use a style attribute")


class _Inspector(HTMLParser):
    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.found: list[Problem] = []
        self._style: tuple[int, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        if refusal := tag_refusal(tag):
            self.found.append(Problem(line, refusal))
        elif HOLE in _QUOTED.sub("", self.get_starttag_text() or ""):
            self.found.append(Problem(line, f"inside <{tag}> a variable must stand between the quotes of a value"))
        else:
            for name, value in attrs:
                self._add(line, attribute_problems(tag, name, value or ""))
        if tag == "style":
            self._style = (line, [])

    def handle_data(self, data: str) -> None:
        if self._style:
            self._style[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "style":
            self._end_style()

    def close(self) -> None:
        super().close()
        self._end_style()

    def _end_style(self) -> None:
        if self._style:
            line, text = self._style
            self._add(line, clean_stylesheet("".join(text)).problems)
            self._style = None

    def _add(self, line: int, found: list[Problem] | tuple[Problem, ...]) -> None:
        """Problems found inside something that begins at `line`."""
        self.found += [Problem(line + (problem.line or 1) - 1, problem.reason) for problem in found]
