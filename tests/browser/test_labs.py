"""The labs on the site: found, taken home, switched, without a trace of Jupyter."""

import json
import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.browser

LABS = ["numpy_cells", "vanishing_gradients", "imdb_comparison",
        "padding_and_masking", "reading_word_by_word"]


def test_the_home_page_and_the_navigation_lead_to_each_lab(open_page, site):
    for home in ("", "en/"):
        page = open_page(home)
        for place in ("article", ".md-nav--primary"):
            links = page.locator(f"{place} a").evaluate_all("as => as.map(a => a.href)")
            for lab in LABS:
                assert f"{site.url}{home}labs/{lab}/" in links


@pytest.mark.parametrize("lab", LABS)
def test_a_lab_has_contents_code_to_copy_outputs_and_figures(open_page, lab):
    for home in ("", "en/"):
        page = open_page(f"{home}labs/{lab}/")
        anchors = page.locator("article :is(h2, h3)").evaluate_all("e => e.map(h => h.id)")
        contents = page.locator(".md-nav--secondary a").evaluate_all(
            "e => e.map(a => decodeURIComponent(a.hash.slice(1)))")
        assert len(anchors) > 3 and set(anchors) <= set(contents)
        assert page.locator(".md-code__button").count() > 5
        assert page.locator(".nb-outputs").count() > 3
        assert page.locator("article svg[role=img], article figure svg").count() > 0
        assert not re.search(r"\bIn \[\d", page.locator("article").text_content())


@pytest.mark.parametrize("lab", LABS)
def test_a_lab_is_a_light_page(site, lab):
    for home in ("", "en/"):
        html = (site.folder / home / "labs" / lab / "index.html").read_bytes()
        assert len(html) < 100_000, f"{home}{lab}"


def test_the_switch_keeps_the_lab_and_the_heading(open_page, site):
    page = open_page("labs/numpy_cells/#gru")
    page.locator("a.site-language").click()
    page.wait_for_url(f"{site.url}en/labs/numpy_cells/#gru")


def test_script_and_notebook_are_downloaded_as_they_are(open_page, tmp_path):
    page = open_page("en/labs/numpy_cells/", accept_downloads=True)
    files = {}
    for link in page.locator(".nb-take a[download]").all():
        with page.expect_download() as download:
            link.click()
        files[download.value.suggested_filename] = tmp_path / "got"
        download.value.save_as(tmp_path / download.value.suggested_filename)
    assert set(files) == {"numpy_cells.py", "numpy_cells.ipynb"}
    cells = json.loads((tmp_path / "numpy_cells.ipynb").read_text("utf-8"))["cells"]
    assert any(cell.get("outputs") for cell in cells)
    done = subprocess.run([sys.executable, "-m", "py_compile", "numpy_cells.py"], cwd=tmp_path)
    assert done.returncode == 0
