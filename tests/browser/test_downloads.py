"""What can be taken home: each link gives its file, and the file is whole."""

import ast
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import nbformat
import pytest
from bs4 import BeautifulSoup

from notebuild.takehome import colab_address

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.browser
CHAPTERS = ["rnn/", "en/rnn/"]
LABS = [f"{home}labs/{file.stem}/" for home in ("", "en/")
        for file in sorted((ROOT / "examples").glob("*.py"))]


def read(site, path: str, kind: str) -> Path:
    return site.folder / path / f"{path.split('/')[-2]}.{kind}"


def soup(site, path: str) -> BeautifulSoup:
    return BeautifulSoup((site.folder / path / "index.html").read_text("utf-8"), "html.parser")


def code(file: Path) -> str:
    return ast.dump(ast.parse(file.read_text("utf-8")))


@pytest.mark.parametrize("path", [*CHAPTERS, *LABS])
def test_each_link_gives_its_file(open_page, site, path):
    """One row below the title, with a link for each file beside the page."""
    page = open_page(path)
    links = page.locator("h1 + .nb-take a[download]")
    kinds = ["py", "ipynb", *(["epub"] if path in CHAPTERS else [])]
    assert page.locator(".nb-take").count() == 1
    assert [link.get_attribute("href").split(".")[-1] for link in links.all()] == kinds
    for link, kind in zip(links.all(), kinds, strict=True):
        with page.expect_download() as download:
            link.click()
        assert Path(download.value.path()).read_bytes() == read(site, path, kind).read_bytes()


@pytest.mark.parametrize("path", CHAPTERS)
def test_the_book_is_whole(site, path):
    """Well-formed, every link inside it leads somewhere, and no output is missing."""
    with ZipFile(read(site, path, "epub")) as book:
        assert book.testzip() is None
        pages = {name.split("/")[-1]: ET.fromstring(book.read(name))
                 for name in book.namelist() if name.endswith(".xhtml")}
    ids = {f"{name}#{node.get('id')}" for name, page in pages.items() for node in page.iter()}
    for name, page in pages.items():
        for link in page.iter("{http://www.w3.org/1999/xhtml}a"):
            target = link.get("href")
            if not target.startswith("http"):
                assert target in ids or target in pages, f"{name}: {target}"
    told = soup(site, path)
    for mark in ("nb-output", "claim", "nb-figure", "nb-formula"):
        found = [node for page in pages.values() for node in page.iter()
                 if mark in node.get("class", "").split()]
        assert len(found) == len(told.select(f".{mark}")) > 5, mark


def test_pages_without_code_offer_nothing(site):
    for path in site.pages():
        offered = soup(site, path).select(".nb-take")
        assert len(offered) == (path in [*CHAPTERS, *LABS]), path


@pytest.mark.parametrize("path", [*CHAPTERS, *LABS])
def test_notebooks_are_valid_and_were_executed(site, path):
    notebook = nbformat.read(read(site, path, "ipynb"), as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) >= (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"
             and "installs" not in cell.metadata.get("tags", [])]
    assert len(cells) == len(soup(site, path).select(".nb-program")) > 10
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert any(cell.source.startswith("assert ") for cell in cells)
    plots = [o.data for c in cells for o in c.outputs if "image/svg+xml" in o.get("data", {})]
    assert plots and all('alt="' in data["text/html"] for data in plots)
    prose = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    for mark in ("{python", "<!--", "{ #", "{ .", "](#", ".md", "!!!", "???", "\n>\n#"):
        assert mark not in prose, mark


@pytest.mark.parametrize("path", LABS)
def test_a_labs_script_is_the_lab_in_one_language(site, path):
    script = read(site, path, "py")
    assert code(script) == code(ROOT / "examples" / script.name)  # whose run is tested
    has_chinese = any("\u4e00" <= letter <= "\u9fff" for letter in script.read_text("utf-8"))
    assert has_chinese == (not path.startswith("en/"))


def test_the_chapters_script_runs_from_top_to_bottom(site, tmp_path):
    """In a fresh process and an empty folder; in smoke mode, see tests/notes."""
    chinese, english = (read(site, path, "py") for path in CHAPTERS)
    assert code(chinese) == code(english)
    done = subprocess.run(
        [sys.executable, "-O", str(ROOT / "tests" / "notes" / "smoke.py"), str(chinese)],
        cwd=tmp_path, capture_output=True, text=True, timeout=600,
        env=os.environ | {"MPLBACKEND": "agg"})
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    assert "25000 reviews" in done.stdout
    assert not any(tmp_path.iterdir())


def test_colab_is_offered_where_it_can_open_the_notebook(site):
    """It opens a branch of a public repository, whose address the build must know."""
    page = soup(site, "en/rnn/")
    repository = page.select_one("a.md-source")
    links = [link["href"] for link in page.select('a[href^="https://colab"]')]
    address = colab_address(repository["href"] if repository else "", "en/rnn/rnn.ipynb")
    assert links == ([address] if address else [])
