"""An EPUB that any reader opens: whole, well-formed, the same each time."""

import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZIP_STORED, ZipFile

import pytest

from notebuild.epub import Book, make_epub
from notebuild.paper import Paper

ASSETS = Path(__file__).parents[2] / "docs" / "assets"
BOOK = Book("A & B", "What <it> is about.", "en", "en/p", "https://a.b/en/p/",
            datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC), "abc1234")
SVG = ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4" aria-label="A dot">'
       '<path d="M0 0" fill="var(--nb-c0, #2667e8)" stroke="currentColor"/></svg>')
HTML = f"""<h1 id="top">A &amp; B<a class="headerlink" href="#top">#</a></h1>
<nav class="nb-take"><a href="p.py">script</a></nav>
<p>See <a href="#end">the end</a>, <a href="../g/#t">a term</a>,
<a href="https://c.d/">elsewhere</a>.<br>So.</p>
<div class="highlight"><pre><code><span class="kn">import</span> <span class="n">a</span>
</code></pre></div><div class="nb-program" data-cells="0" hidden></div>
<details class="claim"><summary>Checked</summary><p>assert</p></details>
<h2 id="end">The end</h2>
<p><math><mi class="nb-state">h</mi><semantics><mi>x</mi><annotation data-search-exclude
 encoding="application/x-tex">x</annotation></semantics></math></p>
<figure tabindex="0">{SVG}</figure>
<script>alert(1)</script>
"""


def make(book=BOOK, html=HTML) -> bytes:
    paper = Paper(ASSETS)
    return make_epub(html, book, paper, paper.stand_alone)


def read(**options) -> dict[str, bytes]:
    with ZipFile(BytesIO(make(**options))) as archive:
        assert archive.testzip() is None
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def files():
    return read()


def test_all_xml_is_well_formed_and_has_no_script(files):
    for name, content in files.items():
        if name.endswith((".xhtml", ".opf", ".xml")):
            root = ET.fromstring(content)
            tags = {node.tag.rpartition("}")[2] for node in root.iter()}
            assert not tags & {"script", "button", "style"}, name
            assert not any(key.startswith("on") for node in root.iter() for key in node.attrib)


def test_the_package_names_all_and_only_what_is_there(files):
    opf = ET.fromstring(files["EPUB/package.opf"])
    space = {"o": "http://www.idpf.org/2007/opf", "d": "http://purl.org/dc/elements/1.1/"}
    items = {item.get("id"): item.get("href") for item in opf.iterfind(".//o:item", space)}
    inside = {name.removeprefix("EPUB/") for name in files if name.startswith("EPUB/")}
    assert {*items.values()} == inside - {"package.opf"}
    spine = [items[ref.get("idref")] for ref in opf.iterfind(".//o:itemref", space)]
    assert spine == ["cover.xhtml", "nav.xhtml", "text-top.xhtml", "text-end.xhtml"]
    said = {tag: opf.find(f".//d:{tag}", space).text
            for tag in ("title", "language", "description", "date", "source", "rights")}
    assert said == {"title": "A & B", "language": "en", "date": "2026-01-02",
                    "description": "What <it> is about.", "source": "https://a.b/en/p/",
                    "rights": "Text CC BY 4.0, code MIT"}
    by_name = {item.get("href"): item.get("properties") for item in opf.iterfind(".//o:item", space)}
    assert by_name["text-end.xhtml"] == "mathml svg" and by_name["nav.xhtml"] == "nav"


def test_nothing_is_fetched(files):
    for name, content in files.items():
        text = content.decode(errors="ignore")
        assert not re.search(r'(src|xlink:href)="https?:|url\("?https?:|@import', text), name


def test_links_lead_into_the_book_or_to_the_site(files):
    text = files["EPUB/text-top.xhtml"].decode()
    assert 'href="text-end.xhtml#end"' in text and 'href="https://a.b/en/g/#t"' in text
    assert 'href="https://c.d/"' in text
    without = read(book=Book(**vars(BOOK) | {"address": ""}))["EPUB/text-top.xhtml"].decode()
    assert ", a term," in without and 'href="https://c.d/"' in without


def test_what_only_a_browser_can_do_is_left_out(files):
    text = files["EPUB/text-top.xhtml"].decode()
    assert "headerlink" not in text and "nb-take" not in text and "nb-program" not in text
    assert '<p class="summary">✓ Checked</p>' in text and "<details" not in text
    assert '<span class="k">import</span> a\n' in text


def test_formulas_and_figures_are_those_of_the_page(files):
    text = files["EPUB/text-end.xhtml"].decode()
    assert '<mi class="nb-state">h</mi>' in text and "annotation" not in text
    assert 'viewBox="0 0 4 4"' in text and 'aria-label="A dot"' in text
    assert 'fill="#2667e8"' in text and "var(" not in text and "currentColor" not in text
    assert b"var(" not in files["EPUB/style.css"]


def test_formulas_are_in_the_mathml_of_epub():
    """In MathML 3 few elements may set a style, in MathML Core all."""
    table = '<mtable displaystyle="true" scriptlevel="0"><mtr><mtd><mi>x</mi></mtd></mtr></mtable>'
    text = read(html=f"<h1>A</h1><p><math>{table}</math></p>")["EPUB/text-0.xhtml"].decode()
    assert ('<mstyle scriptlevel="0"><mtable displaystyle="true"><mtr><mtd><mi>x</mi>'
            "</mtd></mtr></mtable></mstyle>") in text


def test_contents_and_cover_are_in_the_books_language(files):
    nav = files["EPUB/nav.xhtml"].decode()
    assert '<a href="text-top.xhtml">A &amp; B</a>' in nav and "Contents" in nav
    assert '<a href="text-end.xhtml">The end</a>' in nav
    cover = files["EPUB/cover.xhtml"].decode()
    assert "Commit abc1234" in cover and "2026-01-02" in cover
    chinese = read(book=Book(**vars(BOOK) | {"locale": "zh"}))
    assert "目录" in chinese["EPUB/nav.xhtml"].decode()
    assert b'lang="zh-CN"' in chinese["EPUB/text-top.xhtml"]


def test_equal_content_makes_equal_bytes():
    assert make() == make()
