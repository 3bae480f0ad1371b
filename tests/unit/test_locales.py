"""A page and its alternate agree in what carries the argument, or both are named."""

import pytest

from notebuild.drift import FILE, accept, find_drift
from notebuild.errors import AlternateError, NotebuildError
from notebuild.extract import extract_cells
from notebuild.locales import check_alternates, check_settings, compare_pages, read_locales
from notebuild.model import Page

ZH, EN = "docs/p.zh.md", "docs/p.en.md"
PAGE = {
    ZH: """\
# 标题 { #title }

一句话，$h$ 和 $c$，见[这里](#end)和[术语](glossary.md#rnn)。

```python
x = 1  # 一
```

值是 `{python} x`。

```python
assert x == 1
```

<!-- figure: loop -->

$$
a + b
$$

![图](a.png)

## 末尾 { #end }

再见。
""",
    EN: """\
# Title { #title }

A sentence with $c$ and $h$, see [term](glossary.md#rnn) and [here](#end).

```python
x = 1  # one
```

The value is `{python} x`.

```python
assert x == 1
```

<!-- figure: loop -->

$$
a + b
$$

![figure](a.png)

## The end { #end }

Goodbye. [Elsewhere](https://example.org).
""",
}


def differences(zh, en):
    """Return the differences between two texts of a page, as messages."""
    pages = [Page(path, tuple(extract_cells(text, path)))
             for path, text in ((ZH, zh), (EN, en))]
    return [str(error) for error in compare_pages(pages[0], zh, pages[1], en)]


def test_prose_comments_order_of_words_and_links_outward_may_differ():
    assert differences(PAGE[ZH], PAGE[EN]) == []


@pytest.mark.parametrize("old, new, kind, ours, theirs", [
    ("{ #end }", "{ #fin }", "heading", 23, 23),
    ("## The end", "### The end", "heading", 23, 23),
    ("x = 1  # one", "x = 2  # one", "cell", 6, 5),
    ("`{python} x`", "`{python} x + 1`", "inline value", 9, 9),
    ("assert x == 1", "assert x < 2", "claim", 12, 11),
    ("figure: loop", "figure: gru", "figure", 15, 15),
    ("a + b", "a - b", "formula", 18, 18),
    ("a.png", "b.png", "image", 21, 21),
])
def test_a_difference_is_told_with_both_files_and_lines(old, new, kind, ours, theirs):
    found = differences(PAGE[ZH], PAGE[EN].replace(old, new))
    message = next(text for text in found if f"this {kind} differs" in text)
    assert message.startswith(f"{ZH}:{ours}: this {kind} differs from {EN}:{theirs}")


@pytest.mark.parametrize("old, new, kind, name", [
    (" and [here](#end)", "", "link", "#end"),
    ("[term](glossary.md#rnn)", "[term](glossary.md#gru)", "link", "glossary.md#rnn"),
    ("$h$", "$g$", "formula", "h"),
])
def test_what_the_sentences_of_a_section_lack_is_told(old, new, kind, name):
    found = differences(PAGE[ZH], PAGE[EN].replace(old, new))
    assert f"{ZH}:3: the {kind} ‘{name}’ is not in this section of {EN}:1" in found[0]


def test_layout_of_a_formula_may_differ():
    assert differences(PAGE[ZH], PAGE[EN].replace("a + b", "a +\nb")) == []


def test_what_has_no_counterpart_is_told_with_the_place_where_it_is_missed():
    shorter = PAGE[EN].replace("<!-- figure: loop -->\n", "\n")
    assert differences(PAGE[ZH], shorter)[0].startswith(
        f"{ZH}:15: this figure has no counterpart in {EN}:11, after this claim")
    shorter = PAGE[ZH].replace("```python\nassert x == 1\n```\n", "\n\n\n")
    assert differences(shorter, PAGE[EN])[0].startswith(
        f"{EN}:11: this claim has no counterpart in {ZH}:9, after this inline value")


def test_all_differences_are_told_not_the_first_of_a_kind():
    changed = (PAGE[EN].replace("x = 1 ", "x = 3 ").replace("a + b", "b")
               .replace("`{python} x`", "`{python} -x`").replace("#end }", "#fin }"))
    assert len(differences(PAGE[ZH], changed)) == 4


def test_one_cell_more_leaves_the_others_compared_with_their_own():
    more = PAGE[EN].replace("The value", "```python\ny = 2\n```\n\nThe value")
    found = differences(PAGE[ZH], more)
    assert len(found) == 1 and found[0].startswith(f"{EN}:9: this cell has no counterpart")


def test_a_page_without_language_or_alternate_fails():
    for path, reason in ("docs/p.md", "does not say its language"), (ZH, "no alternate"):
        with pytest.raises(AlternateError, match=reason):
            check_alternates([Page(path, ())], {path: ""}, ("zh", "en"))


GROUPS = {"docs/p": {"zh": PAGE[ZH], "en": PAGE[EN]}}


def edited(locale, old, new):
    text = GROUPS["docs/p"][locale]
    assert old in text
    return {"docs/p": GROUPS["docs/p"] | {locale: text.replace(old, new)}}


def test_a_pair_that_nobody_accepted_says_how_to(tmp_path):
    notice, = find_drift(GROUPS, tmp_path)
    assert f"check --accept {EN}" in notice
    assert accept(EN, GROUPS, tmp_path).startswith(f"{EN}: in line")
    assert find_drift(GROUPS, tmp_path) == []


def test_a_changed_section_makes_its_alternate_stale(tmp_path):
    """Which, in how many sections, and where they stand in both files."""
    accept(EN, GROUPS, tmp_path)
    notice, = find_drift(edited("zh", "再见", "下次见"), tmp_path)
    assert notice.splitlines() == [
        f"{EN}: behind {ZH} in 1 of 3 sections",
        f"    {ZH}:23 … {EN}:23  ## 末尾 {{ #end }}"]
    both = {"docs/p": {"zh": PAGE[ZH].replace("再见", "下次见"),
                       "en": PAGE[EN].replace("Goodbye", "Bye")}}
    notice, = find_drift(both, tmp_path)
    assert notice.startswith(f"{ZH} and {EN}: both changed in 1 of 3")


@pytest.mark.parametrize("old, new", [("x = 1  # 一", "x = 1"), ("再见。", "再见。\n")])
def test_code_and_layout_make_nothing_stale(tmp_path, old, new):
    """Code is compared itself; a blank line says nothing."""
    accept(EN, GROUPS, tmp_path)
    assert find_drift(edited("zh", old, new), tmp_path) == []


def test_one_section_can_be_accepted(tmp_path):
    accept(EN, GROUPS, tmp_path)
    changed = {"docs/p": {"zh": PAGE[ZH].replace("再见", "下次见").replace("一句", "二句"),
                          "en": PAGE[EN]}}
    assert "2 of 3" in find_drift(changed, tmp_path)[0]
    accept(f"{ZH}#end", changed, tmp_path)
    assert "1 of 3" in find_drift(changed, tmp_path)[0]
    for wrong in "docs/q.en.md", f"{EN}#nowhere":
        with pytest.raises(NotebuildError):
            accept(wrong, changed, tmp_path)


def test_the_record_is_a_text_that_merges_by_section(tmp_path):
    accept(EN, GROUPS, tmp_path)
    rows = (tmp_path / FILE).read_text("utf-8").splitlines()
    assert [row.split(" =")[0] for row in rows if row and row[0] != "#"] == [
        '["docs/p"]', '"top"', '"title"', '"end"']
    (tmp_path / FILE).write_text("<<<<<<< ours\n", "utf-8")
    with pytest.raises(NotebuildError, match="cannot be read"):
        find_drift(GROUPS, tmp_path)


def test_the_languages_are_those_of_mkdocs_yml_the_default_first(tmp_path):
    file = tmp_path / "mkdocs.yml"
    file.write_text("site_url: !ENV [SITE_URL, null]\nplugins:\n  - search\n  - i18n:\n"
                    "      languages:\n        - locale: en\n        - locale: zh\n"
                    "          default: true\n", "utf-8")
    assert read_locales(tmp_path) == ("zh", "en")
    file.write_text("plugins: [search]\n", "utf-8")
    with pytest.raises(NotebuildError, match="no languages are named"):
        read_locales(tmp_path)
    file.unlink()
    with pytest.raises(NotebuildError, match="no mkdocs.yml"):
        read_locales(tmp_path)


def test_a_language_that_leaves_out_a_setting_is_named_with_its_line(tmp_path):
    file = tmp_path / "mkdocs.yml"
    text = ("plugins:\n  - i18n:\n      languages:\n        - {locale: zh, default: true}\n"
            "        - locale: en\n          site_name: Notes\n          extra: {text: {nav: x}}\n"
            "        - locale: fr\n          site_name: Notes\n")
    file.write_text(text, "utf-8")
    with pytest.raises(NotebuildError) as caught:
        check_settings(tmp_path)
    assert str(caught.value).startswith(
        "mkdocs.yml:8: the language ‘fr’ leaves out extra.text.nav\n")
    text += "          extra: {text: {nav: y}}\n"
    file.write_text(text, "utf-8")
    check_settings(tmp_path)
    # Nor may the titles of the navigation stay in the default language.
    file.write_text(text + "nav:\n  - 首页: index.md\n  - 实验: [labs/one.ipynb]\n", "utf-8")
    with pytest.raises(NotebuildError) as caught:
        check_settings(tmp_path)
    assert "‘en’ leaves out nav_translations.首页, nav_translations.实验" in str(caught.value)
