"""The command line: ``python -m notebuild run | check | verify | report | clean``."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

from .errors import NotebuildError
from .evict import say_size
from .report_text import make_console, print_report
from .site import Site


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit status."""
    parser = argparse.ArgumentParser(
        "python -m notebuild", description="Execute the notes of this project.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in {
        "run": "execute what is not stored yet",
        "check": "check cells and compare the languages; execute nothing",
        "verify": "run each page top to bottom and compare with the graph",
        "report": "tell what each cell and task took; execute nothing",
        "clean": "delete the stored results",
    }.items():
        sub = commands.add_parser(name, help=text, description=text)
        if name == "check":
            sub.add_argument(
                "--accept", nargs="+", default=[], metavar="PAGE",
                help="note that a page, or one section of it, is in line with its "
                "alternate: docs/rnn.en.md or docs/rnn.en.md#memory")
        if name == "report":
            sub.add_argument(
                "--trace", metavar="FILE", type=Path,
                help="write the last build's tasks for ui.perfetto.dev instead")
        if name == "clean":
            sub.add_argument(
                "--unused", action="store_true",
                help="only those that no cell of the present notes refers to")
    given = parser.parse_args(arguments)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        if words := _command(Site(Path.cwd()), given, console):
            print(words)
    except NotebuildError as error:
        console.print(Text(str(error), style="red"))
        return 1
    except KeyboardInterrupt:
        console.print("notebuild: interrupted; what had finished is stored")
        return 130
    return 0


def _command(site: Site, given: argparse.Namespace, console: Console) -> str:
    command = given.command
    if command == "check":
        cells = site.check()
        done = [site.accept(page) for page in given.accept]
        return "\n".join([*done, *site.notices(),
                          f"{cells} cells: nothing to complain about"])
    if command == "run":
        build = site.run()
        build.check()
        return f"{len(build.executed)} cells executed, all results are stored"
    if command == "verify":
        return f"{site.verify(console)} cells: the graph agrees with top to bottom"
    if command == "report":
        if given.trace is None:
            print_report(site.last_report(), make_console())
            return ""
        return f"{site.write_trace(given.trace)} tasks written to {given.trace}"
    if given.unused:
        entries, size = site.remove_unused()
        return (f"{say_size(size)} deleted: the stored results, {entries}, that no cell "
                "refers to")
    return f"{say_size(site.store.clean())} deleted"


def _interrupt(*_):
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
