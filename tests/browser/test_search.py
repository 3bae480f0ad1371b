"""A reader finds the chapter in the language of the page, and nothing else."""

import json

import pytest

pytestmark = pytest.mark.browser

HITS = "as => as.map(a => [a.href, a.innerText.replaceAll('\\u200b', '')])"

LOADED = "performance.getEntriesByType('resource').map((entry) => entry.name)"


def search(page, query: str) -> list[list[str]]:
    """Return address and text of each hit, best first, for a typed query."""
    page.locator("input.md-search__input").click()
    page.keyboard.insert_text(query)
    page.keyboard.press("End")  # the theme looks at the query when a key comes up
    # The page says how many pages were found, or that there are none.
    page.wait_for_function("""() => /\\d|没有|No matching/.test(
        document.querySelector(".md-search-result__meta").textContent)""")
    return page.locator(".md-search-result__link").evaluate_all(HITS)


@pytest.mark.parametrize(
    "home, query, words",
    [
        ("", "循环神经网络", "循环神经网络"),
        ("", "梯度消失", "梯度消失"),
        ("", "长短期记忆", "长短期记忆"),
        ("", "过拟合", "过拟合"),
        ("", "LSTM", "lstm"),
        ("en/", "vanishing gradient", "vanishing gradient"),
        ("en/", "LSTM", "lstm"),
        ("en/", "SimpleRNN", "simplernn"),
    ],
)
def test_the_first_hit_is_the_chapter(open_page, site, home, query, words):
    page = open_page(home)
    hits = search(page, query)
    assert hits, f"{query} finds nothing"
    assert hits[0][0].startswith(f"{site.url}{home}rnn/"), hits[0]
    assert any(words in text.lower() for _, text in hits)

    page.locator(".md-search-result__link").first.click()
    page.wait_for_url(f"{site.url}{home}rnn/**")
    assert words in page.locator("article").inner_text().lower()


@pytest.mark.parametrize("home, query", [("en/", "梯度消失"), ("", "whether")])
def test_the_other_language_is_not_found(open_page, site, home, query):
    for address, _ in search(open_page(home), query):
        path = address.removeprefix(site.url)
        assert path.startswith("en/") == (home == "en/"), address


@pytest.mark.parametrize("home", ["", "en/"])
def test_each_language_loads_an_index_of_its_own_pages(open_page, site, home):
    page = open_page(f"{home}rnn/")
    page.wait_for_load_state("networkidle")
    loaded = page.evaluate(LOADED)
    index = f"{home}search/search_index.json"
    assert [url for url in loaded if "search_index" in url] == [site.url + index]
    entries = json.loads((site.folder / index).read_text(encoding="utf-8"))["docs"]
    places = {entry["location"].split("#")[0] for entry in entries}
    ours = {path for path in site.pages() if path.startswith("en/") == (home == "en/")}
    assert {home + place for place in places} <= ours
    assert "rnn/" in places


def test_outputs_are_not_in_the_index(open_page):
    page = open_page("rnn/")
    outputs = page.locator(".nb-stream").all_text_contents()
    assert outputs, "the chapter shows no output"
    text = page.evaluate(
        "fetch('../search/search_index.json').then((response) => response.text())"
    )
    lines = {line.strip() for output in outputs for line in output.splitlines()}
    assert not [line for line in lines if len(line) > 30 and line in text]
