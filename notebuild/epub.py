"""A chapter as an EPUB: the page as it is, in a zip, with a table of contents.

pandoc was weighed. It reads a page anew: formulas lose the colours of their
letters, code its highlighting, drawings their text alternatives. What it would
still do is the packing, and that is a page of code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from io import BytesIO
from pathlib import Path
from urllib.parse import urljoin
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from bs4 import BeautifulSoup

from .minify import CODE, NAMES, TOKEN
from .paper import Paper, to_text
from .words import load_words

STYLE = Path(__file__).with_name("epub.css")
FONT, FONT_LICENCE = "stix-two-math.woff2", "stix-two-math.LICENSE.txt"
_KEPT = re.compile(r"<(svg|math)\b.*?</\1>", re.DOTALL)
_HOLD = "\ue007{}\ue007"  # characters that no text uses
_HELD = re.compile("\ue007(\\d+)\ue007")
_BARE = re.compile(r"(<[^<>]*?\s)(data-search-exclude|hidden)(?=[\s/>])")
# What works only in a browser, or says where a page goes on.
_DROPPED = ("script, style, button, .headerlink, .nb-program, .nb-controls, .nb-said,"
            " .nb-take, annotation")
# The elements that may say so of themselves.
_STYLED = {"displaystyle": ("math", "mstyle", "mtable"), "scriptlevel": ("math", "mstyle")}
_ATTRIBUTES = ("tabindex", "data-search-exclude", "aria-live", "hidden", "style")


@dataclass(frozen=True)
class Book:
    """What an EPUB says of itself.

    Attributes:
        title: Its title.
        about: What it is about, in a sentence.
        locale: Its language.
        name: What tells it from others of the site, such as `en/rnn`.
        address: The page's address, or ''.
        moment: When the sources were last changed; the file has no other time,
            so equal content makes equal bytes.
        commit: Their commit, or None.
    """

    title: str
    about: str
    locale: str
    name: str
    address: str
    moment: datetime
    commit: str | None


def make_epub(html: str, book: Book, paper: Paper,
              stand_alone: Callable[[str], str]) -> bytes:
    """Return a page as an EPUB 3.

    Args:
        html: The page's content, as the theme's template gets it.
        book: What it says of itself.
        paper: The site's style sheets, in a folder that has its fonts as well.
        stand_alone: What `paper.stand_alone` does.
    """
    words = load_words(book.locale, "page") | load_words(book.locale, "epub")
    kept: list[str] = []

    def keep(match: re.Match) -> str:
        text = match[0]
        kept.append(stand_alone(text) if match[1] == "svg" else _math(text))
        return _HOLD.format(len(kept) - 1)

    # Code has thousands of elements, half of which look like the text around them.
    html = CODE.sub(lambda match: TOKEN.sub(_ink, match[0].replace("<span></span>", "")),
                    _KEPT.sub(keep, html))
    page = BeautifulSoup(html, "html.parser")
    _clean(page)
    parts = _split(page)
    _link(parts, book.address)
    chapters = {
        f"{name}.xhtml": _HELD.sub(lambda m: kept[int(m[1])], "".join(map(str, nodes)))
        for name, nodes in parts.items()}
    contents = _contents(parts, words)
    page.decompose()  # its parts refer to each other, so they would stay for a while
    files = {
        "cover.xhtml": _xhtml(book.title, _cover(book), words["lang"]),
        "nav.xhtml": _xhtml(words["contents"], contents, words["lang"]),
        **{name: _xhtml(book.title, body, words["lang"]) for name, body in chapters.items()},
        "style.css": paper.resolve(STYLE.read_text("utf-8")),
    }
    data = {name: text.encode() for name, text in files.items()} | {
        name: (paper.assets / "fonts" / name).read_bytes() for name in (FONT, FONT_LICENCE)}
    data["package.opf"] = _package(book, [*chapters], files, words).encode()
    return _pack(data, book.moment)


def _ink(token: re.Match) -> str:
    """Return a token of code under the name of its ink, or as it is without one."""
    name = NAMES.get(token[1], token[1])
    return f'<span class="{name}">{token[2]}</span>' if name else token[2]


def _math(text: str) -> str:
    """Return a formula in MathML 3, which is that of EPUB.

    Without its TeX, which readers without MathML would show. MathML Core lets any
    element set its style; here another one, around it, has to.
    """
    space = "http://www.w3.org/1998/Math/MathML"
    text = _BARE.sub(r'\1\2=""', text)
    if "xmlns=" not in text:
        text = text.replace("<math", f'<math xmlns="{space}"', 1)
    root = ET.fromstring(text)
    for parent in [*root.iter()]:
        parent[:] = [_in_style(child, f"{{{space}}}mstyle") for child in parent
                     if child.tag != f"{{{space}}}annotation"]
    return to_text(root)


def _in_style(node: ET.Element, mstyle: str) -> ET.Element:
    """Return a part of a formula, within an element that has its style if it has one."""
    kind = node.tag.rpartition("}")[2]
    style = {name: node.attrib.pop(name) for name in ("displaystyle", "scriptlevel")
             if name in node.attrib and kind not in _STYLED[name]}
    if not style:
        return node
    around = ET.Element(mstyle, style)
    around.append(node)
    return around


def _clean(page: BeautifulSoup) -> None:
    for tag in page.select(_DROPPED):
        tag.decompose()
    for tag in page.find_all(True):
        for name in _ATTRIBUTES:
            tag.attrs.pop(name, None)
        if tag.name == "details" and "claim" in tag.get("class", ()):
            tag.name = "aside"  # open: a book has nothing to click
            tag.summary["class"] = "summary"
            tag.summary.insert(0, "✓ ")
            tag.summary.name = "p"


def _split(page: BeautifulSoup) -> dict[str, list]:
    """Return file name → nodes: a file a section, named as its heading's anchor."""
    parts: dict[str, list] = {}
    for node in [*page.contents]:
        if getattr(node, "name", None) in ("h1", "h2") or not parts:
            anchor = getattr(node, "attrs", {}).get("id") or len(parts)
            parts[f"text-{anchor}"] = []
        [*parts.values()][-1].append(node)
    return parts


def _link(parts: dict[str, list], address: str) -> None:
    """Let links lead to the file that has their anchor, or to the site."""
    places = {tag["id"]: f"{name}.xhtml" for name, nodes in parts.items()
              for node in nodes if hasattr(node, "find_all")
              for tag in [node, *node.find_all(id=True)] if tag.get("id")}
    for nodes in parts.values():
        for node in nodes:
            for link in node.find_all("a", href=True) if hasattr(node, "find_all") else ():
                target = link["href"]
                link.attrs.pop("title", None)
                if target.startswith("#") and target[1:] in places:
                    link["href"] = places[target[1:]] + target
                elif not re.match(r"(https?|mailto):", target):
                    if address:
                        link["href"] = urljoin(address, target)
                    else:
                        link.unwrap()


def _xhtml(title: str, body: str, lang: str) -> str:
    return ('<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
            '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub='
            f'"http://www.idpf.org/2007/ops" lang="{lang}" xml:lang="{lang}">\n'
            f"<head><title>{escape(title)}</title>"
            '<link rel="stylesheet" type="text/css" href="style.css"/></head>\n'
            f"<body>\n{body}\n</body>\n</html>\n")


def _cover(book: Book) -> str:
    words = load_words(book.locale, "epub")
    rows = [f'<time datetime="{book.moment:%Y-%m-%d}">{book.moment:%Y-%m-%d}</time>',
            words["rights"]]
    if book.commit:
        rows.insert(1, escape(words["commit"].format(book.commit)))
    if book.address:
        rows.append(f'<a href="{escape(book.address)}">{escape(book.address)}</a>')
    return (f'<section class="cover" epub:type="titlepage"><h1>{escape(book.title)}</h1>\n'
            f'<p class="about">{escape(book.about)}</p>\n'
            f'<p class="imprint">{"<br/>".join(rows)}</p></section>')


def _contents(parts: dict[str, list], words: dict[str, str]) -> str:
    """Return the table of contents: sections, and the headings in them."""
    items = []
    for name, nodes in parts.items():
        titles = [node for node in nodes if getattr(node, "name", None) in ("h1", "h2", "h3")]
        if not titles:
            continue
        head, *inner = (f'<a href="{name}.xhtml{"#" + t["id"] if t is not titles[0] else ""}">'
                        f"{escape(t.get_text())}</a>" for t in titles)
        below = "".join(f"<li>{link}</li>" for link in inner)
        items.append(f"<li>{head}{f'<ol>{below}</ol>' if below else ''}</li>")
    rows = "\n".join(items)
    return (f'<nav epub:type="toc" id="toc"><h1>{words["contents"]}</h1>\n'
            f"<ol>\n{rows}\n</ol></nav>")


def _package(book: Book, chapters: list[str], files: dict[str, str],
             words: dict[str, str]) -> str:
    def item(name: str, kind: str) -> str:
        text = files.get(name, "")
        found = [word for word, mark in (("mathml", "<math"), ("svg", "<svg"),
                                         ("nav", 'epub:type="toc"')) if mark in text]
        extra = f' properties="{" ".join(found)}"' if found else ""
        return (f'<item id="{name.rpartition(".")[0]}-file" href="{name}"'
                f' media-type="{kind}"{extra}/>')

    pages = ["cover.xhtml", "nav.xhtml", *chapters]
    items = [item(name, "application/xhtml+xml") for name in pages] + [
        item("style.css", "text/css"), item(FONT, "font/woff2"),
        item(FONT_LICENCE, "text/plain")]
    spine = [f'<itemref idref="{name.rpartition(".")[0]}-file"/>' for name in pages]
    source = f"<dc:source>{escape(book.address)}</dc:source>" if book.address else ""
    identity = uuid5(NAMESPACE_URL, book.address or f"notebuild:{book.name}:{book.title}")
    joined = "\n".join
    return f"""<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="{words['lang']}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:{identity}</dc:identifier>
<dc:title>{escape(book.title)}</dc:title>
<dc:language>{words['lang']}</dc:language>
<dc:description>{escape(book.about)}</dc:description>
<dc:rights>{words['rights']}</dc:rights>
<dc:date>{book.moment:%Y-%m-%d}</dc:date>{source}
<meta property="dcterms:modified">{book.moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</meta>
</metadata>
<manifest>
{joined(items)}
</manifest>
<spine>
{joined(spine)}
</spine>
</package>
"""


def _pack(data: dict[str, bytes], moment: datetime) -> bytes:
    container = ('<?xml version="1.0" encoding="utf-8"?>\n<container version="1.0" xmlns='
                 '"urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile '
                 'full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>'
                 "</rootfiles></container>\n")
    entries = {"mimetype": b"application/epub+zip",  # first, and as it is
               "META-INF/container.xml": container.encode(),
               **{f"EPUB/{name}": content for name, content in data.items()}}
    when = max(moment.astimezone(UTC), datetime(1980, 1, 1, tzinfo=UTC)).timetuple()[:6]
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, content in entries.items():
            info = ZipInfo(name, when)
            info.compress_type = ZIP_STORED if name == "mimetype" else ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3  # on Windows as well
            archive.writestr(info, content)
    return out.getvalue()
