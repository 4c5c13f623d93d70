"""One spelling for what people type in many: e-mail addresses and websites."""

import unicodedata
from typing import Annotated
from urllib.parse import urlsplit

import idna
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field, WithJsonSchema


def email_address(text: str) -> str:
    """The address in lower case, its domain as punycode, without spaces around it.

    Raises ValueError saying what is wrong. Punycode because Appwrite and most mail servers take nothing else.

    Local parts are compared without regard to case although RFC 5321 §2.4 lets them differ: no provider in use does.
    """
    try:
        valid = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise ValueError(str(error)) from None
    return (valid.ascii_email or valid.normalized).lower()


def website(text: str) -> str:
    """The host alone, lower case, IDN as punycode: `https://www.Example.com/about` is `example.com`.

    Raises ValueError if there is no host name in it. https://www.rfc-editor.org/rfc/rfc5891
    """
    typed = text.strip()
    try:
        host = urlsplit(typed if "//" in typed else f"//{typed}").hostname or ""
        name = idna.encode(host.removeprefix("www.").rstrip("."), uts46=True).decode("ascii")
    except (ValueError, UnicodeError):
        name = ""
    if "." not in name or name.rpartition(".")[2].isdigit():
        raise ValueError(f"{typed[:80]!r} is not a website; write it as example.com")
    return name


def person_name(text: str) -> str:
    """The name with single spaces. Raises ValueError for what no name can be."""
    name = " ".join(text.split())
    if not name:
        raise ValueError("The name is empty")
    if not name.isprintable() and any(unicodedata.category(character) in {"Cc", "Cs"} for character in name):
        raise ValueError("The name holds control characters")
    return name


EmailAddress = Annotated[str, AfterValidator(email_address), WithJsonSchema({"type": "string", "format": "email"})]
Website = Annotated[
    str,
    AfterValidator(website),
    WithJsonSchema({"type": "string", "examples": ["example.com", "https://example.com/"]}),
]
PersonName = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(person_name)]
