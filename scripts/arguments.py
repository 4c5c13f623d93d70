"""Arguments that several scripts take."""

import argparse
from pathlib import Path

#: The stand-in for Appwrite; Graphy and the mail server take the two ports above.
PORT = 8090


def add_place(parser: argparse.ArgumentParser, data: Path) -> None:
    """Where the local services keep their data and where they listen."""
    parser.add_argument("--data", type=Path, default=data, help=f"folder for everything that is kept (default {data})")
    parser.add_argument("--port", type=int, default=PORT, help=f"first of three ports (default {PORT})")
