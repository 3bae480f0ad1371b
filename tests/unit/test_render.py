"""Outputs become HTML in which nothing can run."""

import base64
import struct

import pytest

from notebuild.render import render_outputs

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M 0 0"/></svg>'
PNG = base64.b64encode(
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 360) + b"\0" * 16
).decode()


def render(*outputs, alt=None, locale="en"):
    return render_outputs(list(outputs), cell_id="c1", alt=alt, locale=locale)


def display(kind="display_data", **data):
    names = {"svg": "image/svg+xml", "png": "image/png", "jpeg": "image/jpeg",
             "html": "text/html", "plain": "text/plain"}
    return {"output_type": kind, "metadata": {},
            "data": {names[name]: value for name, value in data.items()}}


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def test_no_output_is_no_html():
    assert render() == render(display()) == render(stream("\n")) == ""


def test_the_group_is_named_in_the_pages_language():
    html = render(stream("a"), locale="zh")
    assert html.startswith('<div class="nb-outputs no-copy" id="out-c1"'
                           ' data-search-exclude role="group" aria-label="输出">')
    assert 'aria-label="Output"' in render(stream("a"))


def test_streams_and_values_are_escaped_text():
    assert '<div class="nb-output nb-stream"><pre tabindex="0"><code>a &lt;b&gt;' \
        "</code></pre></div>" in render(stream("a <b>\n\n"))
    assert 'class="nb-output nb-stream nb-stderr"' in render(stream("a", "stderr"))
    assert '<div class="nb-output nb-value"><pre tabindex="0"><code>&#x27;&amp;&#x27;' \
        in render(display("execute_result", plain="'&'"))


def test_leading_blanks_of_a_text_stay():
    assert "<code>   a\n0  1</code>" in render(display(plain="   a\n0  1\n"))


def test_an_error_shows_its_traceback_or_else_its_name():
    error = {"output_type": "error", "ename": "E", "evalue": "<x>", "traceback": ["a", "b"]}
    assert 'role="alert"><pre tabindex="0"><code>a\nb</code>' in render(error)
    assert "<code>E: &lt;x&gt;</code>" in render({**error, "traceback": []})


def test_the_best_kind_is_taken():
    everything = {"svg": SVG, "png": PNG, "jpeg": PNG, "html": "<b>x</b>", "plain": "p"}
    for kind, mark in [("svg", "<svg"), ("png", "data:image/png"),
                       ("jpeg", "data:image/jpeg"), ("html", "<b>x</b>"),
                       ("plain", "<code>p</code>")]:
        assert mark in render(display(**everything)), kind
        del everything[kind]


def test_figures_carry_the_text_alternative():
    assert 'aria-label="训练损失"' in render(display(svg=SVG), alt="训练损失", locale="zh")
    assert 'alt="a &quot;b&quot;"' in render(display(png=PNG), alt='a "b"')
    assert 'aria-label="图"' in render(display(svg=SVG), locale="zh")


def test_several_figures_of_a_cell_are_counted_and_do_not_share_ids():
    linked = SVG.replace("<path", '<use href="#a"/><path id="a"')
    html = render(display(svg=linked), display(svg=linked), alt="Loss")
    assert "Loss (1/2)" in html and "Loss (2/2)" in html
    assert 'id="c1-1-0"' in html and 'id="c1-2-0"' in html


def test_a_bitmap_holds_its_place():
    assert 'width="640" height="360" src="data:image/png;base64,' in render(display(png=PNG))
    assert "width" not in render(display(png="bm90IGEgcG5n"))


@pytest.mark.parametrize("hostile", [
    "<script>steal()</script>",
    "<style>body{background:url(//evil.example)}</style>",
    '<b onclick="steal()" style="color:red" class="md-header" id="search">x</b>',
    '<a href="javascript:steal()">x</a>',
    '<a href="data:text/html;base64,c3RlYWwoKQ==">x</a>',
    '<img src="https://evil.example/pixel.png" onerror="steal()">',
    '<img src="data:image/svg+xml;base64,c3RlYWwoKQ==">',
    '<iframe src="//evil.example"></iframe><object data="//evil.example"></object>',
    '<form action="//evil.example"><input name="a"></form>',
    '<svg onload="steal()"><script>steal()</script></svg>',
    '<table background="//evil.example" onmouseover="steal()"><tr><td>1</td></tr></table>',
    '<meta http-equiv="refresh" content="0;url=//evil.example"><base href="//evil.example">',
    '<math><mtext><style><img src=x onerror="steal()"></style></mtext></math>',
])
def test_no_script_and_no_request_pass_from_html(hostile):
    html = render(display(html=f"<p>kept</p>{hostile}", plain="p"))
    assert "<p>kept</p>" in html
    for mark in ("steal", "evil", "javascript", "base64", "style", "onerror",
                 "md-header", "search\"", "<form", "<meta"):
        assert mark not in html, mark


def test_html_of_which_nothing_is_left_shows_its_text():
    html = render(display(html="<script>steal()</script><div></div>", plain="<Widget>"))
    assert "<code>&lt;Widget&gt;</code>" in html


def test_a_data_frame_keeps_its_table():
    html = render(display("execute_result", plain="   a\n0  1", html=(
        "<div><style scoped>.dataframe {}</style>"
        '<table border="1" class="dataframe"><thead><tr style="text-align: right;">'
        "<th></th><th>a</th></tr></thead><tbody><tr><th>0</th><td>1</td></tr></tbody>"
        "</table></div>"
    )))
    assert '<div class="nb-output nb-html" tabindex="0" role="group"' in html
    assert '<table class="nb-table"><thead><tr><th></th><th>a</th></tr></thead>' in html
    assert "border" not in html and "dataframe" not in html


def test_a_summary_printed_line_by_line_is_one_table():
    """In a kernel, rich displays the title, the table and each total by itself."""
    table = ("┏━━━━━━━━━━┳━━━━━━┓\n┃ Layer    ┃    # ┃\n┡━━━━━━━━━━╇━━━━━━┩\n"
             "│ a (RNN)  │  2,0 │\n└──────────┴──────┘\n")
    lines = ['Model: "m"\n', table, " Total params: 2 (8.00 B)\n"]
    html = render(stream("x"), *(
        display(plain=line, html=f'<pre style="white-space:pre">{line}</pre>')
        for line in lines
    ))
    assert html.count("<table") == 1 and html.count("<li>") == 1
    assert html.count("<pre") == 1  # the stream's


def test_a_text_in_colours_is_shown_as_text():
    html = render(display(plain="bold <b>", html="<pre><span>bold &lt;b&gt;</span></pre>"))
    assert "<code>bold &lt;b&gt;</code>" in html and "nb-html" not in html
