"""Outputs as a kernel sends them in, outputs that may be published out.

What a terminal would not show any more, what TensorFlow says about itself and
what belongs to this machine is taken away; what is left is what the reader's
own run shows as well.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Mapping
from itertools import groupby

from notebuild.errors import NotebuildError
from notebuild.svg import clean_svg

MAX_TEXT = 200_000  # characters in all texts of a cell
MAX_IMAGE = 5_000_000  # bytes of one image
MAX_TRACEBACK = 20_000  # characters; a longer one loses its middle

TEXTS = ("text/html", "text/plain")
PICTURES = ("image/png", "image/jpeg")

# A CSI sequence, an OSC one with its text (a hyperlink, a title), or a short one.
ANSI = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])"
)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
ADDRESS = re.compile(r"\bat 0x[0-9A-Fa-f]{6,}")

# What TensorFlow, XLA and absl write to stderr whatever one does with them.
CHATTER = re.compile(
    r"""^(?:
      [IW]\d{4}[ ]\S+[ ]+\d+[ ]\S+:\d+\].*               # absl: notes, warnings
    | E\d{4}[ ]\S+[ ]+\d+[ ](?:cuda|slow_operation)\S*\].*
    | \d{4}-\d\d-\d\d[ ]\S+:[ ][IW][ ]\S+\].*            # TensorFlow's own logger
    | \d{4}-\d\d-\d\d[ ]\S+:[ ]E[ ]\S*cuda\S*\].*
    | WARNING:[ ]All[ ]log[ ]messages[ ]before[ ]absl::.*
    | To[ ]enable[ ]the[ ]following[ ]instructions:.*    # goes with the line above
    | \[Compiling[ ]module[ ].*
    | \*{32}
    )(?:\n|\Z)""",
    re.VERBOSE | re.MULTILINE,
)
# Only where a path can begin, or a long word is searched from each character.
BEFORE_PATH = r"(?:(?<=file://)|(?<![\w./~…-]))"
FOLDERS = BEFORE_PATH + r"[~.…]?(?:/[\w.+@-]+)*/"
PACKAGES = re.compile(FOLDERS + "(?:site|dist)-packages/")
LIBRARY = re.compile(FOLDERS + r"(python3\.\d+)/(?=\w)")
CELL_FILE = re.compile(FOLDERS + r"ipykernel_\d+/\d+\.py")
TEMPORARY = re.compile(r"(?<=…/)tmp[a-z0-9_]{8}(?![\w-])")


class OutputTooLarge(NotebuildError):
    """A cell shows more than a page can carry."""


def normalise_outputs(
    outputs: list[dict], *, folders: Mapping[str, str] | None = None
) -> list[dict]:
    """Return a cell's outputs without what is not for the reader.

    Args:
        outputs: Outputs of one cell as in nbformat v4.
        folders: Folder → what stands for it; by default the home, working,
            temporary and Python's own folder of this process.

    Raises:
        OutputTooLarge: The texts or an image exceed their bound.
        NotebuildError: An SVG is not well-formed.
    """
    clean = _path_cleaner(_machine_folders() if folders is None else folders)
    outputs = _merge_streams(outputs)
    for output in outputs:
        if _stream_name(output) == "stderr":
            output["text"] = CHATTER.sub("", output["text"])
    published = []
    # Once more: without the chatter between them two streams may be one.
    for output in _merge_streams([one for one in outputs if one.get("text") != ""]):
        kind = output["output_type"]
        if kind == "stream":
            output["text"] = clean(_as_terminal(output["text"]))
        elif kind == "error":
            output = _normalise_error(output, clean)
        else:
            output = {
                "output_type": kind,
                "data": _normalise_data(output.get("data", {}), clean),
                "metadata": {},
            }
        if output.get("text") or output.get("data") or kind == "error":
            published.append(output)
    _check_text(published)
    return published


def _merge_streams(outputs: list[dict]) -> list[dict]:
    merged = []
    for name, group in groupby(outputs, _stream_name):
        if name is None:
            merged += group
            continue
        text = "".join(join_lines(output["text"]) for output in group)
        if text:
            merged.append({"output_type": "stream", "name": name, "text": text})
    return merged


def _stream_name(output: dict) -> str | None:
    return output["name"] if output["output_type"] == "stream" else None


def join_lines(value: str | list[str]) -> str:
    """Return a multi-line string of nbformat, which may come as its lines."""
    return value if isinstance(value, str) else "".join(value)


def _as_terminal(text: str) -> str:
    """Return what stands on a terminal after the text was written to it."""
    return CONTROL.sub("", "\n".join(map(_overwrite, text.split("\n"))))


def _overwrite(line: str) -> str:
    if "\r" not in line and "\b" not in line:
        return ANSI.sub("", line)
    shown: list[str] = []
    at = 0
    for part in re.split(r"(\r|\x08+|\x1b\[[0-2]?K)", line):
        if part == "\r":
            at = 0
        elif part.startswith("\b"):
            at = max(0, at - len(part))
        elif part.startswith("\x1b[") and part.endswith("K"):
            del shown[0 if part == "\x1b[2K" else at:]
        else:
            part = ANSI.sub("", part)
            shown += " " * (at - len(shown))
            shown[at:at + len(part)] = part
            at += len(part)
    return "".join(shown).rstrip()


def _normalise_data(bundle: dict, clean) -> dict:
    """Return a MIME bundle's known kinds; whatever can run is not among them."""
    data = {}
    if "image/svg+xml" in bundle:
        data["image/svg+xml"] = clean_svg(join_lines(bundle["image/svg+xml"]))
        _check_image(len(data["image/svg+xml"].encode()))
    for kind in PICTURES:
        if kind in bundle:
            data[kind] = "".join(join_lines(bundle[kind]).split())
            _check_image(len(data[kind]) * 3 // 4)
    for kind in TEXTS:
        if kind in bundle:
            data[kind] = clean(_as_terminal(join_lines(bundle[kind])))
    return data


def _normalise_error(output: dict, clean) -> dict:
    trace = clean(_as_terminal("\n".join(output.get("traceback", []))))
    if len(trace) > MAX_TRACEBACK:
        half = MAX_TRACEBACK // 2
        trace = f"{trace[:half]}\n…\n{trace[-half:]}"
    return {
        "output_type": "error",
        "ename": output["ename"],
        "evalue": clean(_as_terminal(output["evalue"]))[:MAX_TRACEBACK],
        "traceback": trace.split("\n"),
    }


def _check_text(outputs: list[dict]) -> None:
    size = sum(
        len(output.get("text", ""))
        + sum(len(output.get("data", {}).get(kind, "")) for kind in TEXTS)
        for output in outputs
    )
    if size > MAX_TEXT:
        raise OutputTooLarge(
            f"the cell shows {size:,} characters of text;"
            f" a page takes {MAX_TEXT:,} from one cell",
            hint="print less: a summary, or the first and last lines",
        )


def _check_image(size: int) -> None:
    if size > MAX_IMAGE:
        raise OutputTooLarge(
            f"the cell shows an image of {size:,} bytes;"
            f" a page takes {MAX_IMAGE:,} an image",
            hint="draw fewer points, or rasterise them (rasterized=True)",
        )


def _machine_folders() -> dict[str, str]:
    """Return this process's folders and what stands for each on a page."""
    folders = {
        tempfile.gettempdir(): "…",
        os.path.expanduser("~"): "~",
        os.getcwd(): ".",
        sys.prefix: "…",
    }
    real = {os.path.realpath(path): name for path, name in folders.items()}
    # `/` and `/usr` say nothing about a machine and stand in many texts.
    return {
        path: name for path, name in (real | folders).items()
        if len(path) > 1 and path not in ("/usr", "/usr/local")
    }


def _path_cleaner(folders: Mapping[str, str]):
    """Return a function that takes a machine's folders out of a text."""
    ordered = sorted(folders, key=len, reverse=True)  # the innermost first
    known = re.compile(
        BEFORE_PATH + "(" + "|".join(map(re.escape, ordered)) + r")(?![\w-])"
    )

    def clean(text: str) -> str:
        text = CELL_FILE.sub("<cell>", ADDRESS.sub("at 0x…", text))
        if ordered:
            text = known.sub(lambda match: folders[match[1]], text)
        text = PACKAGES.sub("…/site-packages/", text)
        return TEMPORARY.sub("tmp", LIBRARY.sub(r"…/\1/", text))

    return clean
