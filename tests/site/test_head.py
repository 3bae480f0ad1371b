"""What pages say of themselves, with the site's address and without it."""

from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup
from PIL import Image

pytestmark = pytest.mark.site

ADDRESS = "https://notes.example/below/"
PAGES = {"": "", "en": "en/", "labs/lab": "labs/lab/", "en/labs/lab": "en/labs/lab/",
         "study": "study/", "en/study": "en/study/"}
SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def head(done, name: str):
    """Return a page's head, and what its <meta> say: name or property → content."""
    file = done.site / name / "index.html"
    page = BeautifulSoup((file if file.exists() else done.site / name).read_text("utf-8"),
                         "html.parser").head
    said = [(tag.get("name") or tag.get("property"), tag["content"])
            for tag in page.find_all("meta", content=True) if not tag.get("http-equiv")]
    assert len(dict(said)) == len(said)
    return page, dict(said)


@pytest.fixture(scope="module")
def public(tmp_path_factory, built):
    """The small site, built once more, for its address, with a changelog."""
    import shutil

    target = tmp_path_factory.mktemp("public") / "copy"
    shutil.copytree(built[0].root, target, symlinks=True)
    project = type(built[0]).__new__(type(built[0]))
    project.root = target
    for name, title in ("CHANGELOG.md", "Changelog"), ("CHANGELOG.zh.md", "更新"):
        (target / name).write_text(f"# {title}\n\n## 2026-11-24\n\n- One.\n", "utf-8")
    done = project.build(SITE_URL=ADDRESS)
    assert done.status == 0, done.log
    return done


@pytest.mark.parametrize("name, place", PAGES.items())
def test_a_page_names_its_address_and_those_of_its_alternates(public, name, place):
    page, said = head(public, name)
    assert page.find("link", rel="canonical")["href"] == ADDRESS + place == said["og:url"]
    shared = place.removeprefix("en/")
    assert {link["hreflang"]: link["href"] for link in page.find_all("link", hreflang=True)} == {
        "zh": ADDRESS + shared, "en": f"{ADDRESS}en/{shared}", "x-default": ADDRESS + shared}


@pytest.mark.parametrize("name, place", PAGES.items())
def test_a_page_has_a_card_that_is_there(public, name, place):
    _, said = head(public, name)
    assert said["twitter:card"] == "summary_large_image"
    assert said["og:image"] == f"{ADDRESS}{place}card.png"
    image = Image.open(BytesIO((public.site / place / "card.png").read_bytes()))
    assert image.size == (1200, 630)
    assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630")


def test_titles_and_descriptions_are_plain_and_in_the_pages_language(public):
    """A lab is described by its question, a home by what is said of the site."""
    said = {name: head(public, name)[1] for name in PAGES}
    assert said["labs/lab"]["description"] == "加起来是多少？"
    assert said["en/labs/lab"]["description"] == "What is the sum?"
    assert said["labs/lab"]["og:title"] == "小实验"
    assert said["en/study"]["og:title"] == "On the lab"
    assert said["en"]["og:locale"] == "en_GB" and said[""]["og:locale"] == "zh_CN"
    for name, texts in said.items():
        assert texts["description"] == texts["og:description"] != ""
        assert texts["og:site_name"] == ("Notes on recurrent networks" if name.startswith("en")
                                         else "循环神经网络笔记")
    page, _ = head(public, "en")
    assert page.title.get_text() == "Notes on recurrent networks"


def test_what_a_page_says_of_itself_is_escaped(copy):
    """A title or a description is text, whatever stands in it."""
    copy.write("study.en.md", '---\ndescription: \'An "x" & <b>y</b>\'\n---\n'
               "# Is `a < b` \"so\"? { #study }\n\nThe [lab](labs/lab.ipynb) finds "
               "`{python lab} total + 1`.\n")
    done = copy.build(SITE_URL=ADDRESS)
    assert done.status == 0, done.log
    page, said = head(done, "en/study")
    assert said["description"] == said["og:description"] == 'An "x" & <b>y</b>'
    assert said["og:title"] == 'Is a < b "so"?'
    assert page.title.get_text().startswith('Is a < b "so"? - ')


def test_the_sitemap_has_every_page_with_all_its_languages(public):
    tree = ET.parse(public.site / "sitemap.xml")
    found = {}
    for url in tree.findall("s:url", SITEMAP):
        found[url.findtext("s:loc", namespaces=SITEMAP)] = {
            link.get("hreflang"): link.get("href") for link in url.findall("x:link", SITEMAP)}
    pages = {path.parent.relative_to(public.site).as_posix() for path in
             public.site.rglob("index.html")}
    assert set(found) == {ADDRESS + (f"{page}/" if page != "." else "") for page in pages}
    for links in found.values():
        assert set(links) == {"zh", "en", "x-default"}
        assert links["zh"] == links["x-default"] and {links["zh"], links["en"]} <= set(found)
    assert (public.site / "robots.txt").read_text("utf-8").splitlines() == [
        "User-agent: *", "Allow: /", "", f"Sitemap: {ADDRESS}sitemap.xml"]


@pytest.mark.parametrize("name, locale", [("", "zh"), ("en/labs/lab", "en")])
def test_each_language_names_its_feed(public, name, locale):
    page, _ = head(public, name)
    link = page.find("link", type="application/atom+xml")
    file = (public.site / name / link["href"]).resolve()
    assert file == (public.site / f"feed.{locale}.xml").resolve()
    assert ET.parse(file).getroot().tag.endswith("feed")


def test_without_an_address_nothing_claims_one(built):
    """Neither tags nor files that need it; what does not is there all the same."""
    done = built[1]
    for name in PAGES:
        page, said = head(done, name)
        assert not page.find("link", rel="canonical")
        assert not page.find_all("link", hreflang=True)
        assert not page.find("link", type="application/atom+xml")
        assert not {"og:url", "og:image"} & set(said)
        assert said["twitter:card"] == "summary" and said["og:title"]
    for missing in ("sitemap.xml", "sitemap.xml.gz", "card.png", "feed.zh.xml"):
        assert not (done.site / missing).exists()
    robots = (done.site / "robots.txt").read_text("utf-8")
    assert robots.startswith("User-agent: *") and "Sitemap" not in robots
    assert "None" not in robots


def test_the_page_for_what_is_not_there_is_no_page(public, built):
    for done in (public, built[1]):
        page, said = head(done, "404.html")
        assert said["robots"] == "noindex"
        assert not page.find("link", rel="canonical") and not page.find_all("link", hreflang=True)
        assert not any(name.startswith("og:") for name in said)


def test_changelogs_that_disagree_stop_the_build(copy):
    (copy.root / "CHANGELOG.md").write_text("# C\n\n## 2026-11-24\n\n- One.\n- Two.\n", "utf-8")
    (copy.root / "CHANGELOG.zh.md").write_text("# 更\n\n## 2026-11-24\n\n- 一。\n", "utf-8")
    done = copy.build()
    assert done.status != 0
    assert "CHANGELOG.md:3: 2 changes, and 1 in CHANGELOG.zh.md:3" in done.log
