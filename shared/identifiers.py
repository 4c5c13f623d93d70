"""One spelling for what people type in many: e-mail addresses and websites."""

from typing import Annotated
from urllib.parse import urlsplit

import idna
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, WithJsonSchema


def email_address(text: str) -> str:
    """The address in lower case, without spaces around it. Raises ValueError saying what is wrong.

    Local parts are compared without regard to case although RFC 5321 §2.4 lets them differ: no provider in use does.
    """
    try:
        return validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False).normalized.lower()
    except EmailNotValidError as error:
        raise ValueError(str(error)) from None


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


EmailAddress = Annotated[str, AfterValidator(email_address), WithJsonSchema({"type": "string", "format": "email"})]
Website = Annotated[
    str,
    AfterValidator(website),
    WithJsonSchema({"type": "string", "examples": ["example.com", "https://example.com/"]}),
]
