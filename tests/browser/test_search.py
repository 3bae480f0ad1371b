"""What a learner types leads to where it is taught, in the language of the page."""

import json
import re

import pytest

pytestmark = pytest.mark.browser

# A query → the page that is to come first, and of its sections the first one.
QUERIES = {
    "": {
        "循环神经网络": "rnn/#memory",
        "梯度消失": "rnn/#forgetting",
        "为什么梯度会消失": "rnn/#forgetting",
        "梯度弥散": "rnn/#forgetting",  # a name that the notes avoid
        "梯度爆炸": "rnn/#forgetting",
        "长短期记忆": "rnn/#lstm",
        "遗忘门": "rnn/#lstm",
        "门控循环单元": "rnn/#gru",
        "LSTM和GRU的区别": "rnn/#gru",
        "过拟合": "rnn/#baseline",
        "准确率": "rnn/#baseline",
        "置信区间": "rnn/#baseline",
        "词嵌入": "rnn/#output-modes",
        "return_sequences": "rnn/#output-modes",
        "填充": "rnn/#padding",
        "掩码": "rnn/#padding",
        "截断": "rnn/#padding",
        "参数个数": "rnn/#simplernn-parameters",
        "SimpleRNN 参数": "rnn/#simplernn-parameters",
        "LSTM 参数": "rnn/#train-lstm",
        "LSTM": "rnn/#lstm",
        "GRU": "rnn/#gru",
        "IMDB": "rnn/#imdb",
        "情感分析": "rnn/#imdb",
        "序列": "rnn/#padding",
        "随机性": "rnn/#conclusions",
        "种子": "rnn/#baseline",
        "隐藏状态": "rnn/#memory",
        "反向传播": "rnn/#forgetting",
        "饱和": "rnn/#saturation",
        "打乱": "rnn/#shuffle",
        "练习": "rnn/#exercises",
        "早停": "labs/imdb_comparison/#training",
        "梯度检查": "labs/numpy_cells/#gradient-check",
        "逐词": "labs/reading_word_by_word/#zeros",
        "循环神": "rnn/#memory",  # in the middle of typing
        "梯度消": "rnn/#forgetting",
        "vanishing gradient": "rnn/#forgetting",  # English on the Chinese pages
        "overfitting": "rnn/#baseline",
        "numpy": "rnn/#numpy",
    },
    "en/": {
        "recurrent neural network": "rnn/#memory",
        "vanishing gradient": "rnn/#forgetting",
        "vanishing gradients": "rnn/#forgetting",
        "exploding gradient": "rnn/#forgetting",
        "backpropagation through time": "rnn/#forgetting",
        "BPTT": "rnn/#forgetting",
        "long short-term memory": "rnn/#lstm",
        "forget gate": "rnn/#lstm",
        "LSTM": "rnn/#lstm",
        "GRU": "rnn/#gru",
        "difference between LSTM and GRU": "labs/imdb_comparison/#differences",
        "overfitting": "rnn/#baseline",
        "accuracy": "rnn/#baseline",
        "confidence interval": "rnn/#baseline",
        "bag of words": "rnn/#baseline",
        "padding": "rnn/#padding",
        "masking": "labs/padding_and_masking/",
        "truncation": "rnn/#padding",
        "embedding": "rnn/#output-modes",
        "return_sequences": "rnn/#output-modes",
        "parameter count": "rnn/#simplernn-parameters",
        "number of parameters": "rnn/#simplernn-parameters",
        "IMDB": "rnn/#imdb",
        "sentiment": "rnn/#imdb",
        "randomness": "rnn/#conclusions",
        "random seed": "rnn/#baseline",
        "hidden state": "rnn/#memory",
        "spectral radius": "rnn/#saturation",
        "early stopping": "labs/imdb_comparison/#training",
        "test set": "labs/imdb_comparison/#test",
        "SimpleRNN": "rnn/#simplernn",
        "overf": "rnn/#baseline",
        "vanish": "rnn/#forgetting",
        "numpy": "rnn/#numpy",
    },
}
EMPTY = "() => !/\\d|没有|No matching/.test(document.querySelector('.md-search-result__meta').textContent)"
# The page says how many pages were found, or that there are none.
FOUND = EMPTY.replace("!", "")
HITS = """() => [...document.querySelectorAll(".md-search-result__item")].map(
  (item) => [...item.querySelectorAll(".md-search-result__link")].map((a) => a.href))"""
LOADED = "performance.getEntriesByType('resource').map((entry) => entry.name)"


def search(page, query: str) -> list[list[str]]:
    """Type a query; return each page that is found, as the addresses of its links."""
    field = page.locator("input.md-search__input")
    field.click()
    field.fill("")
    page.keyboard.press("End")  # the theme looks at the query when a key comes up
    page.wait_for_function(EMPTY)
    page.keyboard.insert_text(query)
    page.keyboard.press("End")
    page.wait_for_function(FOUND)
    return page.evaluate(HITS)


def first(hits: list[list[str]], root: str) -> str:
    """Return the first page found, with the first of its sections that is named."""
    if not hits:
        return "nothing"
    page, *sections = [re.sub(r"\?[^#]*", "", link).removeprefix(root) for link in hits[0]]
    return sections[0] if sections else page


@pytest.mark.parametrize("home", QUERIES)
def test_the_first_hit_is_where_it_is_taught(open_page, site, home):
    page = open_page(home)
    found = {query: first(search(page, query), site.url + home) for query in QUERIES[home]}
    assert found == QUERIES[home]


@pytest.mark.parametrize("home, query", [("", "过拟合"), ("en/", "vanishing gradient")])
def test_a_hit_leads_to_its_words(open_page, site, home, query):
    page = open_page(home)
    links = search(page, query)[0]
    page.locator(".md-search-result__link").nth(1).click()
    page.wait_for_url(links[1])
    assert query in page.locator("article").text_content().lower()
    assert page.locator("article mark").count() > 0


def test_functions_are_found_that_only_code_uses(open_page):
    page = open_page("en/")
    assert search(page, "clear_session") and search(page, "textvectorization")
    assert search(page, "add_weight") == []


@pytest.mark.parametrize("home, query", [("en/", "梯度消失"), ("", "whether")])
def test_the_other_language_is_not_found(open_page, site, home, query):
    for address in sum(search(open_page(home), query), []):
        path = address.removeprefix(site.url)
        assert path.startswith("en/") == (home == "en/"), address


@pytest.mark.parametrize("home", ["", "en/"])
def test_each_language_loads_an_index_of_its_own_pages(open_page, site, home):
    page = open_page(f"{home}rnn/")
    page.wait_for_load_state("networkidle")
    index = f"{home}search/search_index.json"
    assert not [url for url in page.evaluate(LOADED) if "search_index" in url]
    page.locator(".md-search__input").click()  # only who searches loads it
    page.wait_for_function(f"{LOADED}.some(url => url.includes('search_index'))")
    loaded = page.evaluate(LOADED)
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


@pytest.mark.parametrize("home", ["", "en/"])
def test_code_is_not_in_what_a_result_shows(site, home):
    entries = json.loads((site.folder / home / "search/search_index.json").read_text("utf-8"))
    for entry in entries["docs"]:
        assert "<pre" not in entry["text"] and "import " not in entry["title"]
        assert not re.search(r"\bIn \[\d", entry["text"])
