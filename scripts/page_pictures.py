"""Pictures of four pages for the README, out of those that the tests in a browser keep: `make page-pictures`."""

import argparse
import sys
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).parent / "pictures"
KEPT = Path(".local/screenshots")
NAMES = ("console-days", "console-course-design", "console-upload", "portal-home")
#: A page may be long; its first view says what it is.
HIGHEST = 1500
COLOURS = 128


def main() -> None:
    parser = argparse.ArgumentParser(description="Take four of the tests' pictures of pages into the README.")
    parser.add_argument("--kept", type=Path, default=KEPT, help=f"where the tests keep them (default {KEPT})")
    parser.add_argument("--into", type=Path, default=FOLDER, help=f"folder for the pictures (default {FOLDER})")
    arguments = parser.parse_args()
    missing = [name for name in NAMES if not (arguments.kept / f"{name}.png").exists()]
    if missing:
        sys.exit(f"{arguments.kept} has no {', '.join(missing)}. Run the tests in tests/e2e, which keep them there.")
    arguments.into.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        path = arguments.into / f"{name}.png"
        shrink(arguments.kept / path.name, path)
        print(f"{path} written")


def shrink(source: Path, target: Path) -> None:
    """The first view of a page, in so few colours that the file is small."""
    with Image.open(source) as picture:
        view = picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, HIGHEST)))
    view.quantize(COLOURS).save(target, optimize=True)


if __name__ == "__main__":
    main()
