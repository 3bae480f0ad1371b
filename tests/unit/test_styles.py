"""Several style sheets become one that says the same; what cannot be joined stays."""

import re

from notebuild.styles import join_styles

PAGE = """<head>
<link rel="stylesheet" href="../assets/theme/main.css">
<script src="../assets/a.js"></script>
<link rel="stylesheet" href="../assets/site.css">
</head><body><link rel="stylesheet" href="../assets/site.css"></body>"""


def site(tmp_path, main="a { color: red }", ours="b { color: blue }"):
    (tmp_path / "assets" / "theme").mkdir(parents=True, exist_ok=True)
    (tmp_path / "assets" / "theme" / "main.css").write_text(main, "utf-8")
    (tmp_path / "assets" / "site.css").write_text(ours, "utf-8")
    return tmp_path


def joined(folder, page=PAGE):
    """Return the page, and the text of the one style sheet that it names."""
    html = join_styles(page, folder)
    names = re.findall(r'href="\.\./(assets/styles\.\w+\.css)"', html)
    assert len(names) == 1
    return html, (folder / names[0]).read_text("utf-8")


def test_one_style_sheet_stands_where_the_first_stood(tmp_path):
    """In the order of the page, above the script; the body is left alone."""
    html, text = joined(site(tmp_path))
    assert text == "a { color: red }\nb { color: blue }\n"
    assert html.index("assets/styles") < html.index("a.js")
    assert html.count('rel="stylesheet"') == 2
    assert "main.css" not in html


def test_comments_go_and_strings_stay(tmp_path):
    """A string may look like a comment, and a comment may hold a quotation mark."""
    _, text = joined(site(
        tmp_path, "/* the theme's */ a:after { content: ' */'; quotes: '/* \\'x' }",
        'b { content: "/* no */" } /* "end */\n\n   c { }'))
    assert text == ("a:after { content: ' */'; quotes: '/* \\'x' }\n"
                    'b { content: "/* no */" }\nc { }\n')


def test_addresses_lead_where_they_led(tmp_path):
    _, text = joined(site(
        tmp_path, 'a { src: url("f/x.woff2"); b: url(../up.svg); c: url(data:x,y) }',
        "b { d: url('f.svg'); e: url(#id); f: url(https://a.b/c); g: url(/h) }"))
    for address in ('url("theme/f/x.woff2")', "url(up.svg)", "url(data:x,y)", "url('f.svg')",
                    "url(#id)", "url(https://a.b/c)", "url(/h)"):
        assert address in text


def test_the_name_is_new_when_the_content_is(tmp_path):
    """And the same for all pages, however deep: below a host's path as well."""
    one, _ = joined(site(tmp_path))
    other, text = joined(site(tmp_path, ours="b { color: green }"))
    assert one != other and "green" in text
    absolute = join_styles(PAGE.replace("../assets", "/below/assets"), tmp_path)
    name = re.search(r"styles\.\w+\.css", other)[0]
    assert f'href="/below/assets/{name}"' in absolute


def test_a_page_with_one_style_sheet_or_a_missing_one_is_left_alone(tmp_path):
    site(tmp_path)
    single = '<head><link rel="stylesheet" href="assets/site.css"></head>'
    assert join_styles(single, tmp_path) == single
    missing = PAGE.replace("site.css", "no.css")
    assert join_styles(missing, tmp_path) == missing
