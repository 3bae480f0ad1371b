"""The command line: ``python -m notebuild run | check | verify | clean``."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

from .errors import NotebuildError
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
        "clean": "delete the stored results",
    }.items():
        commands.add_parser(name, help=text, description=text)
    command = parser.parse_args(arguments).command
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        # MkDocs' own words: the project is where mkdocs.yml is.
        if not Path("mkdocs.yml").is_file():
            raise NotebuildError("there is no mkdocs.yml in this folder",
                                 hint="run it from the project's folder")
        print(_command(Site(Path.cwd()), command, console))
    except NotebuildError as error:
        console.print(Text(str(error), style="red"))
        return 1
    except KeyboardInterrupt:
        console.print("notebuild: interrupted; what had finished is stored")
        return 130
    return 0


def _command(site: Site, command: str, console: Console) -> str:
    if command == "check":
        return f"{site.check()} cells: nothing to complain about"
    if command == "run":
        build = site.run()
        build.check()
        return f"{len(build.executed)} cells executed, all results are stored"
    if command == "verify":
        return f"{site.verify(console)} cells: the graph agrees with top to bottom"
    return f"{site.store.clean() / 2**20:.1f} MiB deleted"


def _interrupt(*_):
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
