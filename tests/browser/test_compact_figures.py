"""Figures in fewer bytes look as matplotlib drew them."""

import io
import json
import re

import pytest
from PIL import Image, ImageChops

from notebuild import svg

pytestmark = pytest.mark.browser


def figures(site):
    """Return the figures of the executed notebooks, as matplotlib drew them."""
    found = []
    for notebook in sorted(site.folder.glob("labs/*/*.ipynb")):
        for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                if text := output.get("data", {}).get("image/svg+xml"):
                    found.append("".join(text))
    return found


def test_no_figure_looks_other_than_it_was_drawn(browser, site, monkeypatch):
    page = browser.new_page(viewport={"width": 900, "height": 1100})

    def picture(text):
        # Without text: "10" set as a word is not where its digits were.
        html = re.sub("<text.*?</text>", "", svg.render_figure(text, prefix="x", label=""),
                      flags=re.DOTALL)
        page.set_content(html)
        return Image.open(io.BytesIO(page.screenshot())).convert("L")

    drawn = figures(site)
    assert len(drawn) > 5
    small = [picture(text) for text in drawn]
    monkeypatch.setattr(svg, "compact", lambda root, axes: None)
    for n, (text, after) in enumerate(zip(drawn, small, strict=True)):
        before = picture(text)
        # A rounded coordinate moves an edge by less than a tenth of a pixel.
        off = ImageChops.difference(before, after).point(lambda v: 255 * (v > 70))
        assert off.histogram()[255] <= 30, f"figure {n}: {off.getbbox()}"
        assert before.getextrema()[0] < 128, f"figure {n} is empty"
    page.close()
