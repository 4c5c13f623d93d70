"""Certificates become ZIP files, each small enough for the bucket."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from shared.archives import Archive
from shared.certificate.printer import Printer
from shared.context import Ctx
from shared.exports import CannotBuild, Export, Part
from shared.files import FileGone
from shared.records import Certificate
from shared.store import batches

#: Of one file; what it needs beside the PDFs, its directory, comes on top, and the bucket takes 30 MB.
PART_BYTES = 25_000_000
#: PDFs read at a time.
DOWNLOADS = 8
#: Characters of a name inside; in UTF-8 a file system holds 255 bytes.
LONGEST_NAME = 50
#: Not allowed in names on one system or another, or given a meaning there.
_FORBIDDEN = frozenset('<>:"/\\|?*')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def build_zip(ctx: Ctx, printer: Printer, export: Export) -> Iterator[Part]:  # noqa: ARG001 - every builder takes a printer
    """The certificates that `export` asks for; those whose file is gone are named in the last part's MISSING.txt."""
    archive = Archive.model_validate_json(export.request)
    certificates = ctx.store.every(Certificate, archive.queries(export.organization_id or ""))
    number, found, missing, volume = 0, 0, [], _Volume()
    for certificate, pdf in _read(ctx, certificates):
        if pdf is None:
            missing.append(entry_name(certificate))
            continue
        if not volume.takes(len(pdf)):
            yield volume.close(archive.filename(number))
            number, volume = number + 1, _Volume()
        volume.add(entry_name(certificate), certificate, pdf)
        found += 1
    if not found:
        raise CannotBuild("There are no such certificates any more.")
    if missing:
        volume.add_text("MISSING.txt", "\r\n".join(["These files were not found:", *missing, ""]))
    note = f"{len(missing)} files were not found; MISSING.txt in the last ZIP names them." if missing else None
    yield volume.close(archive.filename(number), note)


def entry_name(certificate: Certificate) -> str:
    """`Course/Learner NUMBER.pdf`: unique by the number, and harmless wherever it is unpacked."""
    course = _harmless(certificate.course_name) or "Course"
    return f"{course}/{f'{_harmless(certificate.learner_name)} {certificate.certificate_number}'.strip()}.pdf"


def _harmless(text: str) -> str:
    """No separators, control or formatting characters, no dots at the ends, no names of devices."""
    normal = unicodedata.normalize("NFC", text)
    kept = (" " if each in _FORBIDDEN or unicodedata.category(each)[0] in "CZ" else each for each in normal)
    name = " ".join("".join(kept).split())[:LONGEST_NAME].strip(" .")
    return f"{name}_" if _DEVICES.fullmatch(name) else name


def _read(ctx: Ctx, certificates: Iterable[Certificate]) -> Iterator[tuple[Certificate, bytes | None]]:
    """Each with its PDF, None if that is gone; a few of them in memory at a time."""

    def pdf(certificate: Certificate) -> bytes | None:
        try:
            return ctx.files.read(certificate.file_id or "")
        except FileGone:
            return None

    with ThreadPoolExecutor(DOWNLOADS) as pool:
        for batch in batches(certificates, DOWNLOADS):
            yield from zip(batch, pool.map(pdf, batch), strict=True)


class _Volume:
    """One ZIP file being made. PDFs are compressed already, so they are stored as they are."""

    def __init__(self) -> None:
        self._buffer = io.BytesIO()
        self._zip = zipfile.ZipFile(self._buffer, "w", zipfile.ZIP_STORED)
        self._documents = 0

    def takes(self, size: int) -> bool:
        return not self._documents or self._buffer.tell() + size <= PART_BYTES

    def add(self, name: str, certificate: Certificate, pdf: bytes) -> None:
        entry = zipfile.ZipInfo(name, certificate.issued_at.timetuple()[:6])
        entry.external_attr = 0o644 << 16
        self._zip.writestr(entry, pdf)
        self._documents += 1

    def add_text(self, name: str, text: str) -> None:
        self._zip.writestr(name, text.encode())

    def close(self, filename: str, note: str | None = None) -> Part:
        self._zip.close()
        return Part(filename, self._buffer.getvalue(), self._documents, note)
