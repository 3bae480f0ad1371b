"""The style sheets that a page names → one, so that its first view waits for one.

The theme has two and the site some more, each small enough to be looked after. In
the built site they are one file, named after its content: a browser may keep it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from posixpath import dirname, join, normpath

FOLDER = "assets/"  # of all style sheets, below the site's root
_LINK = re.compile(r'<link rel="stylesheet" href="([^"?]*?)(assets/[^"?]+\.css)">\s*')
# A string may hold what looks like a comment.
_TOKEN = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|/\*.*?\*/""", re.DOTALL)
_ADDRESS = re.compile(r"""url\((["']?)(?![a-z]+:|[/#])([^"')]+)\1\)""", re.IGNORECASE)


def join_styles(html: str, folder: Path) -> str:
    """Return a page that names one style sheet, which is written.

    Args:
        html: All of the page, as the theme has written it.
        folder: The folder of the built site.
    """
    head, end, rest = html.partition("</head>")
    links = _LINK.findall(head)
    files = [folder / name for _, name in links]
    if len(links) < 2 or not all(file.is_file() for file in files):
        return html  # MkDocs itself says which file is missing
    text = _joined(tuple((file, name, file.stat().st_mtime_ns)
                         for file, (_, name) in zip(files, links, strict=True)))
    name = f"{FOLDER}styles.{sha256(text.encode()).hexdigest()[:8]}.css"
    if not (folder / name).exists():
        (folder / name).write_text(text, "utf-8")
    one = f'<link rel="stylesheet" href="{links[0][0]}{name}">\n'
    first = _LINK.search(head).start()
    return head[:first] + one + _LINK.sub("", head[first:]) + end + rest


@lru_cache(maxsize=4)  # all pages have the same
def _joined(files: tuple[tuple[Path, str, int], ...]) -> str:
    """Return the text of style sheets in their order, addresses as from `FOLDER`."""
    texts = []
    for file, name, _ in files:
        inner = dirname(name).removeprefix(FOLDER.rstrip("/")).lstrip("/")
        text = _TOKEN.sub(lambda match: match[1] or "", file.read_text("utf-8-sig"))
        texts.append(_ADDRESS.sub(
            lambda match, inner=inner: f"url({match[1]}{normpath(join(inner, match[2]))}{match[1]})",
            text))
    return re.sub(r"\s*\n\s*", "\n", "\n".join(texts)).strip() + "\n"
