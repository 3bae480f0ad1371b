"""The command line: ``python -m bench [peers] [scale]``; `make bench` runs both."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

from . import results
from .environments import SetUpFailed, set_up
from .measure import BuildFailed
from .peers import compare, shortened
from .scale import NotStored, grow
from .tools import PEERS, ROOT

WORK = ROOT / ".bench"  # ignored by git; the environments and a store stay there
SIZES = (10, 100, 1_000)


def main(arguments: list[str] | None = None) -> int:
    """Measure, record and judge; return the exit status."""
    parser = argparse.ArgumentParser(
        "python -m bench", description="Measure this project's builds.")
    parser.add_argument("parts", nargs="*", metavar="PART", default=["peers", "scale"],
                        help="peers, scale or both (both if none is given)")
    parser.add_argument("--reviews", type=int, default=5_000,
                        help="how many reviews the shortened chapter sees")
    parser.add_argument("--epochs", type=int, default=6, help="how often it sees them")
    parser.add_argument("--repeats", type=int, default=3,
                        help="how often what is cheap is measured")
    parser.add_argument("--cold", type=int, default=1, help="how often a cold build is")
    parser.add_argument("--sizes", type=int, nargs=3, default=SIZES, metavar="CHAPTERS",
                        help="how many made-up chapters, three numbers that grow")
    parser.add_argument("--record", type=Path, default=results.RECORD, metavar="FILE",
                        help="where the results are written (docs/benchmarks.json)")
    given = parser.parse_args(arguments)
    if unknown := {*given.parts} - {"peers", "scale"}:
        parser.error(f"there is no part {', '.join(sorted(unknown))}: peers, scale")
    began = time.monotonic()

    def tell(text: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {text}", flush=True)

    venvs, found = WORK / "environments", {}
    begun = results.describe()  # before the first part is a load for the second
    try:
        set_up(dict.fromkeys(peer.name for peer in PEERS), venvs, tell)
        if "peers" in given.parts:
            shutil.rmtree(WORK / "peers", ignore_errors=True)
            about = begun | {
                "workload": {"reviews": given.reviews, "epochs": given.epochs},
                "versions": results.list_versions(venvs)}
            found["peers"] = {"about": about, "runs": compare(
                WORK / "peers", venvs, shortened(given.reviews, given.epochs),
                repeats=given.repeats, cold=given.cold, tell=tell)}
            results.write(found, given.record)  # what comes next takes long as well
        if "scale" in given.parts:
            found["scale"] = {"about": begun, "sizes": grow(
                WORK / "scale", tuple(given.sizes), given.repeats, tell)}
            results.write(found, given.record)
    except (BuildFailed, NotStored, SetUpFailed) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; only parts that were whole are recorded", file=sys.stderr)
        return 130
    met = results.print_verdict(found)
    tell(f"recorded in {given.record}" + ("" if met else "; not all targets are met"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
