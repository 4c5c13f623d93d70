"""Going through a page tag by tag, keeping the lines where what is wrong with it stands."""

from collections.abc import Iterable
from html.parser import HTMLParser

from shared.certificate.document import Problem

Attributes = list[tuple[str, str | None]]


class Walker(HTMLParser):
    """Collects what `judge_tag` and `judge_style` say; a subclass has one or both. Names come in lower case."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._found: list[Problem] = []
        self._style: tuple[int, list[str]] | None = None

    def judge_tag(self, tag: str, attributes: Attributes, written: str) -> Iterable[Problem]:  # noqa: ARG002
        """Problems of one tag, lines counted within it; `written` is the tag as its author wrote it."""
        return ()

    def judge_style(self, css: str) -> Iterable[Problem]:  # noqa: ARG002
        """Problems of what stands in one `<style>`, lines counted within it."""
        return ()

    def walk(self, page: str) -> list[Problem]:
        """All problems of `page`, in the order they stand there."""
        # CDATA and its like are comments to HTML, and an AssertionError to Python 3.11.
        self.feed(page.replace("<![", "<!-["))
        self.close()
        return self._found

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        line = self.getpos()[0]
        self._add(line, self.judge_tag(tag, attrs, self.get_starttag_text() or ""))
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
            self._add(line, self.judge_style("".join(text)))
            self._style = None

    def _add(self, line: int, found: Iterable[Problem]) -> None:
        """Problems found inside something that begins at `line`."""
        self._found += [Problem(line + (problem.line or 1) - 1, problem.reason) for problem in found]
