"""Dates as people write them, by the Unicode locale data: https://babel.pocoo.org/en/latest/dates.html"""

from datetime import datetime
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

#: `20 November 2026`; plain `en` means it too.
BRITISH = Locale("en", "GB")


def long_date(moment: datetime | None, locale: str | None) -> str:
    """The day of `moment` with its month in words, in English if Babel does not know the language; empty for none."""
    if moment is None:
        return ""
    return format_date(moment.date(), "long", locale=_locale(locale or "en"))


@lru_cache(maxsize=64)
def _locale(tag: str) -> Locale:
    """The nearest that there is: `de-CH-1901` is `de-CH`."""
    while tag and tag.lower() != "en":
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            tag = tag.rpartition("-")[0]
    return BRITISH
