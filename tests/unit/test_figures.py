"""Figures are complete in every language, take their colours from the style
sheet, and stand in the page where their line does."""

import re
import shutil
import tomllib
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from markdown import Markdown

from notebuild.errors import NotebuildError
from notebuild.figures import (
    check_figures,
    fill_figures,
    find_figures,
    mark_figures,
    render_figure,
)

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "figures"
NAMES = sorted(file.stem for file in FOLDER.glob("*.toml"))
LOCALES = ("zh", "en")
HAN = re.compile(r"[\u4e00-\u9fff]")
# Names that both languages write alike.
SHARED = {"SimpleRNN"}


class Elements(HTMLParser):
    """All elements of a piece of HTML, with their attributes."""

    def __init__(self, html: str):
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def every_figure(locale: str) -> str:
    return "".join(render_figure(name, locale, FOLDER) for name in NAMES)


@pytest.fixture
def folder(tmp_path) -> Path:
    """A copy of the figures, to spoil one of them."""
    return shutil.copytree(FOLDER, tmp_path / "figures")


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_every_drawing_has_its_words_and_every_table_of_words_its_drawing():
    assert NAMES == sorted({file.stem for file in FOLDER.glob("*.svg")} - {"parts"})
    assert {"loop", "unrolled", "simplernn-step", "lstm", "gru"} <= {*NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_each_language_says_everything_in_its_own_words(name):
    zh, en = (texts(tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))[locale])
              for locale in LOCALES)
    assert zh.keys() == en.keys()
    for key, text in zh.items():
        if not key.endswith("formula") and text not in SHARED:
            assert HAN.search(text), f"{key}: {text}"
    assert not [text for text in en.values() if HAN.search(text)]
    assert {k: v for k, v in zh.items() if k.endswith("formula")} == {
        k: v for k, v in en.items() if k.endswith("formula")}


def texts(table: dict | list, prefix: str = "") -> dict[str, str]:
    parts = table.items() if isinstance(table, dict) else enumerate(table)
    found = {}
    for name, part in parts:
        found |= {f"{prefix}{name}": part} if isinstance(part, str) else texts(
            part, f"{prefix}{name}.")
    return found


@pytest.mark.parametrize("locale", LOCALES)
def test_every_picture_has_a_name_and_a_long_description(locale):
    for svg in re.findall(r"<svg.*?</svg>", every_figure(locale), re.DOTALL):
        root = ET.fromstring(svg)
        by_id = {element.get("id"): element for element in root.iter()}
        assert root.get("role") == "img"
        assert by_id[root.get("aria-labelledby")].tag.endswith("}title")
        description = by_id[root.get("aria-describedby")]
        assert description.tag.endswith("}desc") and len(description.text) > 60
        assert by_id[root.get("aria-labelledby")].text


@pytest.mark.parametrize("locale", LOCALES)
def test_ids_are_unique_in_a_page_that_shows_every_figure(locale):
    elements = Elements(every_figure(locale)).found
    ids = Counter(attrs["id"] for _, attrs in elements if attrs.get("id"))
    assert [one for one, count in ids.items() if count > 1] == []
    asked = {value for _, attrs in elements for name, value in attrs.items()
             if name in {"aria-labelledby", "aria-describedby"}}
    asked |= set(re.findall(r"url\(#([\w-]+)\)", every_figure(locale)))
    assert asked <= ids.keys()


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.svg")), ids=lambda file: file.stem)
def test_no_drawing_has_a_colour_a_style_or_a_size_of_its_own(file):
    for element in ET.parse(file).iter():
        assert not {"fill", "stroke", "style", "color", "stop-color", "opacity",
                    "font-size", "font-family"} & element.attrib.keys()


def test_the_style_sheet_has_only_colours_of_the_site():
    css = re.sub(r"/\*.*?\*/", "", (ROOT / "docs/assets/figures.css").read_text("utf-8"),
                 flags=re.DOTALL)
    site = (ROOT / "docs/assets/site.css").read_text("utf-8")
    for value in re.findall(r"(?:\bcolor|fill|stroke|background|border-color):([^;]+);", css):
        plain = re.sub(r"var\(--[\w-]+\)|color-mix\(in srgb|currentColor|none|[\d.]+%|[,()\s]",
                       "", value)
        assert plain == "", value
    for name in re.findall(r"var\((--site-[\w-]+|--nb-(?:state|carry|gate))\)", css):
        assert f"{name}:" in site
    assert not re.search(r"#[0-9a-f]{3,8}\b(?![^{]*\{)|rgba?\(|hsla?\(", css)


def test_all_drawings_are_as_wide_so_that_their_letters_are_as_large():
    boxes = {file.stem: ET.parse(file).getroot().get("viewBox").split()
             for file in FOLDER.glob("*.svg")}
    assert {tuple(box[:3]) for box in boxes.values()} == {("0", "0", "360")}


def test_each_step_adds_to_the_one_before():
    html = render_figure("lstm", "en", FOLDER)
    steps = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(steps) == 4
    assert "data-step" not in html
    words = [{*re.findall(r">([a-z][^<>]{3,})</text>", svg)} for svg in steps]
    for number in (1, 2):
        assert words[number] <= words[number + 1]
    for word, first in (("old carry", 2), ("forget gate: how much stays", 3),
                        ("output gate: how much is read", 4)):
        assert [word in shown for shown in words] == [n >= first for n in (1, 2, 3, 4)]
    assert html.count('class="nb-at') == 0
    assert '<div class="nb-controls" role="group"' in html and " hidden " in html


def test_letters_slant_and_indices_stand_below():
    svg = render_figure("gru", "en", FOLDER)
    assert ('<tspan class="letter">h</tspan><tspan class="low letter" dy="3.5">t</tspan>'
            '<tspan class="low">−1</tspan>') in svg
    assert re.search(r"<tspan>tanh</tspan>", svg)


PAGE = """\
# Page

A sentence.
<!-- figure: gru -->
Another one.

```text
<!-- figure: nothing -->
```
"""


def test_a_figure_stands_where_its_line_is_and_markdown_never_sees_it():
    marked = mark_figures(PAGE, "docs/page.en.md")
    assert "<svg" not in marked
    html = fill_figures(Markdown(extensions=["fenced_code"]).convert(marked), "en", FOLDER)
    before, figure, after = re.split(r"(<figure.*</figure>)", html, flags=re.DOTALL)
    assert figure == render_figure("gru", "en", FOLDER)
    assert before.endswith("<p>A sentence.</p>\n") and after.startswith("\n<p>Another")


def test_a_figure_inside_an_admonition_stays_inside():
    page = '!!! note\n\n    Text.\n\n    <!-- figure: loop -->\n\nAfter.\n'
    html = Markdown(extensions=["admonition"]).convert(mark_figures(page, "docs/page.en.md"))
    html = fill_figures(html, "en", FOLDER)
    assert html.index("<figure") < html.index("</div>\n<p>After")


def test_lines_in_fences_are_no_figures():
    assert find_figures(PAGE, "docs/page.en.md") == [(4, "gru")]


@pytest.mark.parametrize("line", ["<!-- figure: lstn -->", "<!-- figure lstn -->",
                                  "  <!--figure:lstn-->"])
def test_an_unknown_figure_fails_with_its_line(line):
    with pytest.raises(NotebuildError) as caught:
        check_figures(f"# Page\n\n{line}\n", "docs/page.en.md", "en", FOLDER)
    message = str(caught.value)
    assert message.startswith("docs/page.en.md:3: there is no figure ‘lstn’")
    assert "lstm" in caught.value.hint


@pytest.mark.parametrize("there, lacking", [("svg", "toml"), ("toml", "svg")])
def test_half_a_figure_says_which_file_to_write(tmp_path, there, lacking):
    (tmp_path / f"chain.{there}").write_text("", "utf-8")
    with pytest.raises(NotebuildError) as caught:
        check_figures("<!-- figure: chain -->\n", "docs/page.en.md", "en", tmp_path)
    assert caught.value.hint.startswith(f"write docs/{tmp_path.name}/chain.{lacking};")


def test_a_drawing_without_words_needs_none_and_a_step_needs_all(tmp_path):
    (tmp_path / "parts.svg").write_text((FOLDER / "parts.svg").read_text("utf-8"), "utf-8")
    drawing = tmp_path / "chain.svg"
    drawing.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>', "utf-8")
    words = 'title = "A"\ndescription = "B"\ncaption = "C"\n'
    text = f"[zh]\n{words}[en]\n{words}"
    drawing.with_suffix(".toml").write_text(text, "utf-8")
    check_figures("<!-- figure: chain -->\n", "docs/page.en.md", "en", tmp_path)
    with pytest.raises(NotebuildError, match="‘caption’ is missing in ‘fr’"):
        check_figures("<!-- figure: chain -->\n", "docs/page.fr.md", "fr", tmp_path)
    drawing.with_suffix(".toml").write_text(text + '[[en.steps]]\ntitle = "D"\n', "utf-8")
    with pytest.raises(NotebuildError, match="‘steps.1.description’ is missing in ‘zh’"):
        check_figures("<!-- figure: chain -->\n", "docs/page.en.md", "en", tmp_path)


def test_a_figure_that_comes_twice_fails_with_both_lines():
    text = "<!-- figure: gru -->\n\n<!-- figure: gru -->\n"
    with pytest.raises(NotebuildError, match="on line 1 already") as caught:
        check_figures(text, "docs/page.en.md", "en", FOLDER)
    assert caught.value.line == 3


def test_a_word_that_a_language_lacks_fails_with_the_line_that_needs_it(folder):
    spoil(folder / "gru.toml", 'reset = "reset gate"\n', "")
    with pytest.raises(NotebuildError) as caught:
        check_figures(PAGE, "docs/page.zh.md", "zh", folder)
    line = caught.value.line
    assert "{reset}" in (folder / "gru.svg").read_text("utf-8").splitlines()[line - 1]
    assert str(caught.value).startswith(
        f"docs/figures/gru.svg:{line}: ‘reset’ is missing in ‘en’")


@pytest.mark.parametrize("old, new, place, what", [
    ('\ncaption = ', '\ncaptions = ', "gru.toml:", "is missing in"),
    ('reset = "reset gate"\n', 'reset = "reset gate"\nextra = "more"\n', "gru.", "extra"),
    ('title = "GRU 的一步"', 'title = "GRU', "gru.toml:2", "line 2"),
    (r"$\gate{z}$", r"$\gates{z}$", "gru.toml:1", "cannot be set"),
])
def test_what_is_wrong_in_the_words_fails_with_file_and_line(folder, old, new, place, what):
    spoil(folder / "gru.toml", old, new)
    with pytest.raises(NotebuildError, match=what) as caught:
        render_figure("gru", "zh", folder)
    assert str(caught.value).startswith(f"docs/figures/{place}")
    assert caught.value.line


@pytest.mark.parametrize("old, new, what", [
    ("{reset}", "reset gate", "‘reset gate’ is not the key of a word"),
    ("</g>", "<g>", "mismatched|no element|not well-formed"),
])
def test_what_is_wrong_in_a_drawing_fails_with_file_and_line(folder, old, new, what):
    spoil(folder / "gru.svg", old, new)
    if old == "{reset}":
        for text in ('reset = "reset gate"\n', 'reset = "重置门"\n'):
            spoil(folder / "gru.toml", text, "")
    with pytest.raises(NotebuildError, match=what) as caught:
        render_figure("gru", "zh", folder)
    assert str(caught.value).startswith("docs/figures/gru.svg:") and caught.value.line
