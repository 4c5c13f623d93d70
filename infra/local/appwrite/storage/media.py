"""What kind of file some bytes are."""

_MAGIC = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"PK\x03\x04": "application/zip",
    b"\x1f\x8b": "application/gzip",
    b"<svg": "image/svg+xml",
    b"<!DOCTYPE html": "text/html",
    b"<html": "text/html",
}


def mime_type(head: bytes) -> str:
    """The media type of a file that begins with `head`."""
    if not head:
        return "application/x-empty"
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            return name
    return "text/plain" if _is_text(head) else "application/octet-stream"


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        text = head[: error.start].decode() if error.start > len(head) - 4 else "\0"
    return not any(char < " " and char not in "\t\n\r\f\x1b" for char in text)


#: What `view` sends under its own type.
SHOWN_INLINE = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "text/plain"})
