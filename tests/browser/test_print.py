"""A page on paper: all outputs are there, whole and dark on white, and nothing to click."""

import io
import re
import unicodedata

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

pytestmark = pytest.mark.browser
A4 = (595, 842)  # in points
WIDTH = 673  # the column of a sheet in CSS pixels: 210 mm less two margins of 16 mm

# What stands on the sheet, whole texts and the address of each link beside its words.
SHOWN = ".nb-output pre, .nb-output :is(th, td, caption, li), .nb-output text, .claim pre, .nb-drawing text"
# A PDF says which glyphs, and a font may have one for a radical and its character.
RADICALS = str.maketrans("⻅⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻥⻦⻨⻩⻬⻮⻰⻳", "见贝车长门青页风飞食马鱼鸟麦黄齐齿龙龟")
# What only a screen needs, and can still be seen.
CLICKED = """() => [...document.querySelectorAll(
    "nav, button, .md-header, .md-sidebar, .md-footer, .md-top, .nb-program, .nb-take, .headerlink")]
  .filter((e) => e.checkVisibility()).map((e) => e.outerHTML.slice(0, 90))"""

# Each text's contrast with white, and what sticks out of the column or is cut off.
FAULTS = """(width) => {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const contrast = (colour) => {
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].slice(0, 3)
      .map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05);
  };
  const faults = [];
  for (const e of document.querySelectorAll("article, article *")) {
    if (!e.checkVisibility() || e.closest("math")) continue;
    const style = getComputedStyle(e), box = e.getBoundingClientRect();
    const name = e.outerHTML.slice(0, 90);
    const texts = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (texts && contrast(style[e.closest("svg") ? "fill" : "color"]) < 4.5) faults.push(`pale: ${name}`);
    if (box.right > width + 1) faults.push(`sticks out: ${name}`);
    if (style.overflowX !== "visible" && e.scrollWidth > e.clientWidth + 1 && !e.closest("svg, .nb-said"))
      faults.push(`cut off: ${name}`);
  }
  return faults;
}"""


def squeeze(text: str) -> str:
    """Return a text as it is compared: its letters, however they are set and broken."""
    text = unicodedata.normalize("NFKC", text).translate(RADICALS)
    return re.sub(r"[\s\u00ad]+", "", text)


def printed(page) -> PdfReader:
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))


def texts(reader: PdfReader) -> str:
    return squeeze("".join(sheet.extract_text() for sheet in reader.pages))


def missing(html: str, sheet: str) -> list[str]:
    """Return the texts of a page's outputs that a print does not have."""
    soup = BeautifulSoup(html, "html.parser")
    for button in soup.select(".nb-fold"):
        button.decompose()
    wanted = [squeeze(node.get_text()) for node in soup.select(SHOWN)]
    return [text for text in wanted if text not in sheet]


@pytest.mark.parametrize("home", ["", "en/"])
def test_all_outputs_are_printed(open_page, site, home):
    """From a dark page, where no script has opened what is folded."""
    page = open_page(home, color_scheme="dark", java_script_enabled=False)
    for path in [path for path in site.pages() if path.startswith("en/") == (home == "en/")]:
        page.goto(site.url + path)
        reader = printed(page)
        size = reader.pages[0].mediabox
        assert (round(size.width), round(size.height)) == A4
        sheet, html = texts(reader), (site.folder / path / "index.html").read_text("utf-8")
        assert missing(html, sheet) == [], path
        for link in BeautifulSoup(html, "html.parser").select("article a[href^=http]"):
            assert squeeze(link.get_text()) + f"({squeeze(link['href'])})" in sheet, path


def test_paper_is_white_and_holds_all(open_page, site):
    page = open_page(width=WIDTH, color_scheme="dark")
    page.emulate_media(media="print")
    for path in site.pages():
        page.goto(site.url + path)
        assert page.evaluate(FAULTS, WIDTH) == [], path
        assert page.evaluate(CLICKED) == [], path
