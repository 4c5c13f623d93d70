"""A CSV as it came, text or the bytes of a file, becomes a table."""

from collections.abc import Sequence

from functions.admin_router.sheets import table as csv_table
from functions.admin_router.sheets.encoding import Encoding, decode
from functions.admin_router.sheets.table import Table
from shared.errors import InvalidCsv, TooLarge

MAX_BYTES = 2_000_000


def opened(
    source: str | bytes, columns: Sequence[str], max_rows: int, optional: Sequence[str] = ()
) -> tuple[Table, Encoding | None]:
    """The table, which has rows, and the encoding; None if it came as text.

    Raises `TooLarge` or `InvalidCsv` if the file as a whole can't be used.
    """
    if len(source.encode("utf-8", "replace") if isinstance(source, str) else source) > MAX_BYTES:
        raise TooLarge(f"The CSV may hold at most {MAX_BYTES} bytes.", max_bytes=MAX_BYTES)
    text, encoding = (source, None) if isinstance(source, str) else decode(source)
    table = csv_table.parse(text, columns, max_rows, optional)
    if not table.lines:
        raise InvalidCsv("The CSV holds no rows below its header.")
    return table, encoding
