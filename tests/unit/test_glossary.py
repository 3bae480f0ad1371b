"""One list of terms for both languages, and pages that keep to it."""

from pathlib import Path

import pytest

from notebuild.errors import PageError
from notebuild.glossary import (
    check_terms,
    fill_groups,
    load_terms,
    section_titles,
    unlinked_terms,
)

ROOT = Path(__file__).parents[2]
TERMS = """\
[networks.rnn]
zh = "循环神经网络"
en = "recurrent network"
use = "always"
at = "rnn.md#memory"
zh_text = "带环的网络，状态是 $h$。"
en_text = "A network with a loop and a state $h$."
forms = ["RNN"]
avoid = ["递归神经网络", "recursive network"]

[networks.lstm]
zh = "LSTM"
en = "LSTM"
use = "english"
at = "rnn.md#memory"
zh_text = "带轨道的网络。"
en_text = "A network with a track."
"""
TEXTS = {
    "docs/rnn.zh.md": "# 记忆 { #memory }\n\n[循环神经网络](glossary.md#rnn)\n",
    "docs/rnn.en.md": "# Memory { #memory }\n\n[recurrent networks](glossary.md#rnn)\n",
    "docs/glossary.zh.md": "# 术语 { #glossary }\n\n<!-- glossary: networks -->\n",
    "docs/glossary.en.md": "# Terms { #glossary }\n\n<!-- glossary: networks -->\n",
}


@pytest.fixture
def load(tmp_path):
    def load(text=TERMS):
        (tmp_path / "glossary.toml").write_text(text, "utf-8")
        return load_terms(tmp_path, "docs/glossary.toml", ("zh", "en"))
    return load


def failures(terms, **changed):
    """Return what the check says, `en=` being the English chapter."""
    texts = TEXTS | {f"docs/rnn.{locale}.md": TEXTS[f"docs/rnn.{locale}.md"] + text
                     for locale, text in changed.items()}
    return [str(error) for error in check_terms(terms, texts, "docs/glossary.toml")]


def test_each_language_shows_every_term_with_the_other_languages_name(load):
    titles = section_titles(TEXTS)
    zh, en = (fill_groups(TEXTS[f"docs/glossary.{locale}.md"], load(), locale, titles[locale])
              for locale in ("zh", "en"))
    assert "### 循环神经网络 { #rnn }" in zh and "### recurrent network { #rnn }" in en
    assert '<span lang="en">recurrent network</span> · 总是翻译' in zh
    assert '<span lang="zh">循环神经网络</span> · always translated' in en
    assert "引入于 [记忆](rnn.md#memory)。" in zh
    assert "Introduced in [Memory](rnn.md#memory)." in en
    assert "### LSTM { #lstm }\n\n保留英文\n" in zh


def test_pages_that_keep_to_the_glossary_pass(load):
    assert failures(load(), en="An [RNN](glossary.md#rnn), `recursive network`.\n") == []
    assert check_terms({}, {"docs/p.en.md": "[x](glossary.md#y)"}, "g") == []


@pytest.mark.parametrize("locale, text, reason", [
    ("en", "[x](glossary.md#nothing)", "the glossary has no term ‘nothing’"),
    ("en", "a [network](glossary.md#rnn)", "the glossary calls ‘rnn’ otherwise"),
    ("zh", "这是递归神经网络。", "‘递归神经网络’ is not what these notes call it"),
    ("en", "Recursive networks", "‘recursive network’ is not what"),
])
def test_a_page_that_does_not_fails_with_its_line(load, locale, text, reason):
    found, = failures(load(), **{locale: text + "\n"})
    assert found.startswith(f"docs/rnn.{locale}.md:4: {reason}")


def test_an_address_is_not_a_word(load):
    assert failures(load(), en="[x](recursive network)\n") == []


@pytest.mark.parametrize("old, new, reason", [
    ('use = "always"', 'use = "never"', "‘never’ is no use"),
    ('en_text = "A network with a track."', "", "this term lacks en_text"),
    ("forms = [", "form = [", "a term has no form"),
    ("[networks.lstm]", "[other.rnn]", "stands here twice"),
    ("forms = [", "forms = ", "cannot be read"),
])
def test_a_term_that_is_not_complete_fails(load, old, new, reason):
    with pytest.raises(PageError, match=reason):
        load(TERMS.replace(old, new))


@pytest.mark.parametrize("old, new, reason", [
    ("rnn.md#memory", "rnn.md#nowhere", "rnn.md#nowhere, which is not there"),
    ("$h$", "$\\\\foo$", "cannot be set"),
    ("[networks.lstm]", "[more.lstm]", "the group ‘more’ is not shown"),
])
def test_a_term_that_leads_nowhere_or_is_not_shown_fails(load, old, new, reason):
    assert any(reason in found for found in failures(load(TERMS.replace(old, new))))


def test_terms_that_no_page_links_to_are_known(load):
    assert unlinked_terms(load(), TEXTS) == ["lstm"]


def test_the_notes_own_glossary_can_be_read():
    terms = load_terms(ROOT / "docs", "docs/glossary.toml", ("zh", "en"))
    assert len(terms) > 20
    assert all(term.text["zh"].endswith("。") and term.text["en"].endswith(".")
               for term in terms.values())
