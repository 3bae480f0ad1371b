"""Model summaries become real tables."""

import re

from notebuild.tables import Summary, render_summary, split_summaries

WORDS = {"more": "{} more", "less": "less"}
TEXT = '''\
Model: "sequential_1"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━┓
┃ Layer (type)               ┃ Output Shape     ┃    Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━┩
│ embedding_1 (Embedding)    │ (None, None, 32) │    320,000 │
├────────────────────────────┼──────────────────┼────────────┤
│ a_name_too_long_for_its_c… │ (None,           │      2,080 │
│ (SimpleRNN)                │ None, 32)        │            │
├────────────────────────────┼──────────────────┼────────────┤
│    └ dense (Dense)         │ ?                │ 0 (unbuilt)│
└────────────────────────────┴──────────────────┴────────────┘
 Total params: 322,080 (1.23 MB)
 Trainable params: 322,080 (1.23 MB)
 Non-trainable params: 0 (0.00 B)
 Optimizer params: 2 (8.00 B)
'''


def test_a_summary_is_read_whole():
    [summary] = split_summaries(TEXT)
    assert summary == Summary(
        name="sequential_1",
        header=("Layer (type)", "Output Shape", "Param #"),
        rows=(
            ("embedding_1 (Embedding)", "(None, None, 32)", "320,000"),
            ("a_name_too_long_for_its_c… (SimpleRNN)", "(None, None, 32)", "2,080"),
            ("   └ dense (Dense)", "?", "0 (unbuilt)"),
        ),
        totals=(
            ("Total params", "322,080", " (1.23 MB)"),
            ("Trainable params", "322,080", " (1.23 MB)"),
            ("Non-trainable params", "0", " (0.00 B)"),
            ("Optimizer params", "2", " (8.00 B)"),
        ),
    )


def test_text_around_summaries_stays_in_order():
    parts = split_summaries(f"before\n{TEXT}between\n\n{TEXT}after\n")
    assert [type(part).__name__ for part in parts] == [
        "str", "Summary", "str", "Summary", "str",
    ]
    assert [part.strip() for part in parts[::2]] == ["before", "between", "after"]


def test_other_text_is_left_alone():
    boxes = "┏━━┓\n┃ a┃\n└──┘\nModel: \"x\"\nnot a table\n"
    assert split_summaries(boxes) == [boxes]
    assert split_summaries("") == []


def test_a_summary_that_is_cut_short_stays_text():
    cut = TEXT[:TEXT.index("└")]
    assert split_summaries(cut) == [cut]


def test_the_table_has_headers_a_caption_and_right_aligned_numbers():
    html = render_summary(split_summaries(TEXT)[0], WORDS)
    assert "<caption>Model: sequential_1</caption>" in html
    assert '<th scope="col" class="nb-number">Param #</th>' in html
    assert '<th scope="col">Output Shape</th>' in html
    assert '<th scope="row">embedding_1 (Embedding)</th>' in html
    assert '<td class="nb-number">2,080</td>' in html
    assert "<li>Total params: <b>322,080</b> (1.23 MB)</li>" in html
    assert 'tabindex="0" role="group" aria-label="Model: sequential_1"' in html
    assert not re.search("[━│┃├└┡](?! dense)", html)


def test_names_are_escaped():
    text = TEXT.replace("sequential_1", 'a"><script>').replace("dense", "<b>")
    html = render_summary(split_summaries(text)[0], WORDS)
    assert "<script>" not in html and "<b> (Dense)" not in html
    assert "a&quot;&gt;&lt;script&gt;" in html and "&lt;b&gt; (Dense)" in html
