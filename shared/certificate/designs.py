"""The templates that come with the backend, by name."""

from pathlib import Path

_FOLDER = Path(__file__).parent / "templates"


def names() -> list[str]:
    return sorted(path.stem for path in _FOLDER.glob("*.html"))


def design(name: str) -> str | None:
    """The template of that name, if there is one."""
    return (_FOLDER / f"{name}.html").read_text(encoding="utf-8") if name in names() else None
