"""Each locale searches its own pages and nothing else."""

import json
import re

import pytest

from notebuild.errors import PageError
from notebuild.glossary import Term
from notebuild.search import INDEX, cut_names, load_names, split_index, write_indexes

ENTRIES = [
    {"location": "", "title": "首页", "text": "笔记"},
    {"location": "rnn/#lstm", "title": "记忆", "text": "梯度\u200b消失\u200b，\u200b记忆"},
    {"location": "rnn/#english", "title": "en", "text": "en", "boost": 2},
    {"location": "en/", "title": "Home", "text": "notes"},
    {"location": "en/rnn/#lstm", "title": "Memory", "text": "vanishing"},
]
COMMON = {"config": {"lang": ["zh"], "fields": {"title": {"boost": 9}}}, "docs": ENTRIES}


def words(locale: str, text: str) -> list[str]:
    """Cut a text as the page's script does."""
    separator = split_index(COMMON, ["zh", "en"])[locale]["config"]["separator"]
    return [word for word in re.split(separator, text) if word]


def test_every_entry_goes_to_one_locale_with_a_location_below_its_home():
    parts = split_index(COMMON, ["zh", "en"])
    places = {name: [e["location"] for e in part["docs"]] for name, part in parts.items()}
    assert places == {"zh": ["", "rnn/#lstm", "rnn/#english"], "en": ["", "rnn/#lstm"]}


def test_what_the_plugin_wrote_besides_is_kept():
    part = split_index(COMMON, ["zh", "en"])["zh"]
    assert part["config"]["fields"]["title"] == {"boost": 9}
    assert part["docs"][2]["boost"] == 2
    assert COMMON["docs"][3]["location"] == "en/", "the input is not changed"


def test_words_stay_apart_but_no_line_breaks_before_a_comma():
    text = split_index(COMMON, ["zh", "en"])["zh"]["docs"][1]["text"]
    assert text == "梯度\u200b消失，\u200b记忆"


def test_chinese_is_cut_at_the_marks_of_the_segmentation():
    assert words("zh", "梯度\u200b消失，\u200b即（vanishing gradient）。") == [
        "梯度", "消失", "即", "vanishing", "gradient",
    ]  # fmt: skip


def test_names_in_code_are_cut_into_their_parts():
    assert words("en", "keras.layers.TextVectorization(max_tokens=10_000)") == [
        "keras", "layers", "Text", "Vectorization", "max_tokens", "10_000",
    ]  # fmt: skip
    assert words("en", "SimpleRNN reached 0.847.") == ["SimpleRNN", "reached", "0.847"]


def test_the_highlighter_can_take_the_separators_apart():
    for part in split_index(COMMON, ["zh", "en"]).values():
        for piece in part["config"]["separator"].split("|"):
            re.compile(piece)


def test_the_common_index_is_replaced(tmp_path):
    (tmp_path / INDEX).parent.mkdir()
    (tmp_path / INDEX).write_text(json.dumps(COMMON), encoding="utf-8")
    write_indexes(tmp_path, ["zh", "en"])
    chinese = json.loads((tmp_path / INDEX).read_text(encoding="utf-8"))
    english = json.loads((tmp_path / "en" / INDEX).read_text(encoding="utf-8"))
    assert [entry["title"] for entry in chinese["docs"]] == ["首页", "记忆", "en"]
    assert [entry["title"] for entry in english["docs"]] == ["Home", "Memory"]


def test_code_stays_out_of_the_text_and_its_functions_are_found():
    code = "<pre><code>x = keras.layers.Dense(1)  # np.no\nprint('a.txt')</code></pre>"
    index = COMMON | {"docs": [{"location": "", "title": "", "text": f"<p>NumPy</p>{code}"}]}
    entry = split_index(index, ["en"])["en"]["docs"][0]
    assert entry["text"] == "<p>NumPy</p>"
    assert entry["code"].split() == ["layers", "Dense", "numpy"]


def test_a_section_is_found_by_its_names_in_every_language(tmp_path):
    (tmp_path / "search.toml").write_text('"rnn/#lstm" = ["遗忘门"]\n', encoding="utf-8")
    term = Term("lstm", "memory", {"zh": "LSTM", "en": "LSTM"}, "english", "rnn.md#lstm", {},
                forms=("长短期记忆",), avoid=("长短时记忆",))
    names = load_names(tmp_path, [term])
    assert names == {"rnn/#lstm": ["lstm", "lstm", "长短期记忆", "长短时记忆", "遗忘门"]}
    for part in split_index(COMMON, ["zh", "en"], cut_names(names)).values():
        entry = next(e for e in part["docs"] if e["location"] == "rnn/#lstm")
        assert "遗忘\u200b门" in entry["names"]  # cut as the plugin cuts the prose
        assert {"names", "code"} < part["config"]["fields"].keys()


def test_names_of_a_section_that_is_not_there_are_a_failure(tmp_path):
    with pytest.raises(PageError, match="rnn/#lost"):
        split_index(COMMON, ["zh", "en"], {"rnn/#lost": "lost"})
    with pytest.raises(PageError, match="rnn/#english"):  # Chinese only
        split_index(COMMON, ["zh", "en"], {"rnn/#english": "en"})


@pytest.mark.parametrize("text", ['"rnn/#lstm" = "gate"', '"rnn/#lstm" = [1]', "[["])
def test_a_table_of_names_that_cannot_be_read_is_a_failure(tmp_path, text):
    (tmp_path / "search.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PageError, match=r"search\.toml"):
        try:
            load_names(tmp_path, [])
        except PageError as error:
            raise PageError(str(error)) from None
