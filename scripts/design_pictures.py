"""Pictures of the certificate designs with sample values, for the README: `make design-pictures`.

Needs pdftoppm (Debian: poppler-utils).
"""

import argparse
import base64
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from shared.certificate.designs import Options, design, names
from shared.certificate.document import VARIABLES
from shared.certificate.press import Metadata, Press
from shared.certificate.qr import qr_code
from shared.certificate.sample_values import LINK

FOLDER = Path(__file__).parent / "pictures"
#: Pixels: a README's column is half as wide, and many screens are twice as sharp.
WIDTH = 1600
MAX_BYTES = 150_000

_TEXTS = {
    "learner_name": "Anaïs Müller",
    "course_name": "Safety and Health at Work",
    "completion_date": "21 November 2026",
    "organization": "Harbour Logistics",
    "learner_email": "anais.mueller@harbour.example",
    "certificate_number": "2026-7F3K-22QX-91PA",
    "verify_url": LINK,
    "qr_code": qr_code(LINK),
    "issued_at": "22 November 2026",
    "expires_at": "22 November 2027",
    "score": "87",
    "max_score": "100",
}
VALUES = {name: _TEXTS.get(name, "") for name in VARIABLES}


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a picture of each certificate design.")
    parser.add_argument("--into", type=Path, default=FOLDER, help=f"folder for the pictures (default {FOLDER})")
    into: Path = parser.parse_args().into
    into.mkdir(parents=True, exist_ok=True)
    with Press() as press:
        for name in names():
            path = picture(press, name, into)
            if path.stat().st_size > MAX_BYTES:
                sys.exit(f"{path} has more than {MAX_BYTES:,} bytes")
            print(f"{path} written")


def picture(press: Press, name: str, into: Path) -> Path:
    """Print a design and draw its page as `into/<name>.png`."""
    template = design(name, sample_options())
    if template is None:
        raise LookupError(name)
    path = into / f"{name}.png"
    pdf = press.print(template, VALUES, Metadata("", "", "", "", datetime.fromtimestamp(0, UTC)))
    command = ["pdftoppm", "-png", "-singlefile", "-scale-to-x", str(WIDTH), "-scale-to-y", "-1"]
    subprocess.run([*command, "-", str(path.with_suffix(""))], input=pdf, check=True)
    return path


def sample_options() -> Options:
    """A logo, a signature and who signs; the colours stay the designs' own."""
    return Options(
        logo=_embedded("sample-logo.svg"),
        signature=_embedded("sample-signature.svg"),
        signer_name="Dr. Ingrid Solberg",
        signer_title="Head of Training",
    )


def _embedded(name: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode((FOLDER / name).read_bytes()).decode()


if __name__ == "__main__":
    main()
