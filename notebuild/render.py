"""Render: normalised outputs and records in, accessible HTML out.

The best MIME type that a page can show is taken: SVG, PNG, JPEG, a table made
from Keras's summary, sanitised HTML, plain text. Everything is escaped or
allowed by name; no script of an output reaches a reader.
"""

from __future__ import annotations

import re
import struct
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from html import escape

import nh3

from notebuild.folds import render_lines
from notebuild.logs import read_log, render_log
from notebuild.normalise import OutputTooLarge, join_lines, normalise_outputs
from notebuild.stamp import render_stamp
from notebuild.svg import render_figure
from notebuild.tables import Summary, render_summary, split_summaries
from notebuild.words import load_words

__all__ = [
    "OutputTooLarge", "normalise_outputs", "render_outputs", "render_stamp",
]

TAGS = frozenset(
    "a abbr b blockquote br caption code col colgroup dd del details div dl dt"
    " em h3 h4 h5 h6 hr i img ins kbd li ol p pre q s samp small span strong"
    " sub summary sup table tbody td tfoot th thead tr u ul var".split()
)
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "*": {"lang", "dir", "title"},
}
EMBEDDED = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*")
LINK = re.compile(r"(?:https?:|mailto:|#)", re.IGNORECASE)


def render_outputs(
    outputs: list[dict], *, cell_id: str, alt: str | None, locale: str
) -> str:
    """Return the HTML of a cell's outputs, or "" when nothing is to be seen.

    Args:
        outputs: As `normalise_outputs` returns them.
        cell_id: Unique in the page; identifiers begin with it.
        alt: The text alternative of the cell's figures.
        locale: The page's language, such as `zh` or `en`.

    Raises:
        NotebuildError: A figure is not what its MIME type says.
    """
    words = load_words(locale, "outputs")
    pictures = sum(_picture(output) is not None for output in outputs)
    parts: list[str] = []
    drawn = 0
    for output in _join_prints(outputs):
        kind, data = output["output_type"], output.get("data", {})
        if kind == "stream":
            classes = "nb-stream"
            if output["name"] == "stderr":
                classes += " nb-stderr"
            text = join_lines(output["text"])
            rows = read_log(text)
            parts += [render_log(rows, words)] if rows else _render_text(text, classes, words)
        elif kind == "error":
            parts.append(_render_error(output))
        elif picture := _picture(output):
            drawn += 1
            label = alt or words["figure"]
            if pictures > 1:
                label += f" ({drawn}/{pictures})"
            if picture == "image/svg+xml":
                parts.append(render_figure(
                    join_lines(data[picture]), prefix=f"{cell_id}-{drawn}-", label=label
                ))
            else:
                parts.append(_render_image(join_lines(data[picture]), picture, label))
        elif html := "" if _is_plain(output) else _sanitise(data["text/html"]):
            parts.append(
                '<div class="nb-output nb-html" tabindex="0" role="group"'
                f' aria-label="{words["output"]}">{html}</div>'
            )
        else:
            parts += _render_text(join_lines(data.get("text/plain", "")), "nb-value", words)
    if not parts:
        return ""
    return (
        f'<div class="nb-outputs no-copy" id="out-{escape(cell_id)}"'
        f' data-search-exclude role="group" aria-label="{words["output"]}">\n'
        + "\n".join(parts) + "\n</div>"
    )


def _picture(output: dict) -> str | None:
    """Return the best image type of an output, if it has one."""
    for kind in ("image/svg+xml", "image/png", "image/jpeg"):
        if kind in output.get("data", {}):
            return kind
    return None


def _is_plain(output: dict) -> bool:
    """Tell whether an output's HTML, if any, is but its text in colours."""
    html = join_lines(output.get("data", {}).get("text/html", ""))
    return not html or html.startswith("<pre")


def _join_prints(outputs: list[dict]) -> list[dict]:
    """Join what rich printed line by line, as Keras does with a summary."""
    joined: list[dict] = []
    previous = False
    for output in outputs:
        printed = (
            output["output_type"] == "display_data"
            and output["data"].keys() == {"text/plain", "text/html"}
            and _is_plain(output)
        )
        if printed and previous:
            text = join_lines(joined[-1]["data"]["text/plain"])
            text += join_lines(output["data"]["text/plain"])
            joined[-1] = {**output, "data": {"text/plain": text}}
        else:
            joined.append(output)
        previous = printed
    return joined


def _render_text(text: str, classes: str, words: Mapping[str, str]) -> list[str]:
    return [
        render_summary(part, words) if isinstance(part, Summary) else
        f'<div class="nb-output {classes}"><pre tabindex="0">'
        f"<code>{render_lines(part.rstrip(), words)}</code></pre></div>"
        for part in split_summaries(text)
    ]


def _render_error(output: dict) -> str:
    trace = "\n".join(output["traceback"])
    trace = trace or f'{output["ename"]}: {output["evalue"]}'
    return (
        '<div class="nb-output nb-error" role="alert"><pre tabindex="0">'
        f"<code>{escape(trace)}</code></pre></div>"
    )


def _render_image(data: str, kind: str, label: str) -> str:
    data = "".join(data.split())
    return (
        f'<figure class="nb-output nb-figure"><img alt="{escape(label)}"'
        f'{_png_size(data)} src="data:{kind};base64,{escape(data)}"></figure>'
    )


def _png_size(data: str) -> str:
    """Return a PNG's size as attributes, so that nothing moves as it loads."""
    try:
        head = b64decode(data[:32], validate=True)
    except Base64Error:
        return ""
    if len(head) < 24 or not head.startswith(b"\x89PNG\r\n\x1a\n"):
        return ""
    width, height = struct.unpack(">II", head[16:24])
    return f' width="{width}" height="{height}"'


def _sanitise(html: str | list[str]) -> str:
    """Return HTML without scripts, styles, handlers and requests elsewhere."""
    clean = nh3.clean(
        join_lines(html),
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_allow_address,
        clean_content_tags={"script", "style", "template", "iframe", "object"},
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer nofollow",
        # A table without a class gets the theme's own style and wrapper.
        set_tag_attribute_values={"table": {"class": "nb-table"}},
    ).strip()
    seen = re.sub(r"<(?!img\b|hr\b)[^>]*>", "", clean)
    return clean if seen.strip() else ""


def _allow_address(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src":
        return value if EMBEDDED.fullmatch(value) else None
    if attribute == "href":
        return value if LINK.match(value) else None
    return value
