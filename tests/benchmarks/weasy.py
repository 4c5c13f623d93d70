"""WeasyPrint in a process of its own, so that its memory can be told apart: HTML in on stdin, PDFs out on stdout.

It runs on an environment of its own (`make bench` makes it), which has none of the product's dependencies.
"""

import sys

import weasyprint
from weasyprint.text.fonts import FontConfiguration

from shared.certificate import frames


def main() -> None:
    """Serve until stdin ends."""
    fonts = FontConfiguration()
    while request := frames.read(sys.stdin.buffer):
        pdf = weasyprint.HTML(string=request[1].decode()).write_pdf(font_config=fonts)
        sys.stdout.buffer.write(frames.pack(frames.PDF, pdf))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
