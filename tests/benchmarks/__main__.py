"""`python -m tests.benchmarks [PART …]`: measure all parts or the named ones; print and keep the figures."""

import argparse
from collections.abc import Mapping
from typing import cast

from tests.benchmarks import curve, engines, pages, pipeline, results, stages, transport, upload, webhook
from tests.benchmarks.part import Options, Part

PARTS = cast(
    Mapping[str, Part],
    {
        "engines": engines,
        "pipeline": pipeline,
        "stages": stages,
        "webhook": webhook,
        "curve": curve,
        "upload": upload,
        "transport": transport,
        "pages": pages,
    },
)


def main() -> None:
    """Run the parts one after another; what is measured is kept at once."""
    arguments = _arguments()
    options = Options(arguments.completions, arguments.prints, arguments.full)
    kept = results.load()
    for name in arguments.parts or PARTS:
        print(f"{name} …", flush=True)
        kept[name] = results.entry(PARTS[name].measure(options))
        print(f"\n{results.show(PARTS[name], kept[name])}\n", flush=True)
        results.save(kept, PARTS)
    print(results.goals_table(results.goals(kept, PARTS)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    # argparse asks whether an empty list of parts is a choice, too.
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--completions", type=int, default=Options.completions, help="of the pipeline")
    parser.add_argument("--prints", type=int, default=Options.prints, help="by each engine of each template")
    parser.add_argument("--full", action="store_true", help="the curve up to 10,000")
    return parser.parse_args()


if __name__ == "__main__":
    main()
