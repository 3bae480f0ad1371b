"""A page as the theme has written it → the same page in fewer bytes.

What a reader sees and copies stays: text, and the spaces between words, buttons
and links. What goes is the white space of the templates, marks that only the
search index read, and the spans of code whose colour is that of their text.
"""

from __future__ import annotations

import re

import minify_html

# The theme has ten colours for code and Pygments many more names for its tokens:
# one name for each colour, and none for what looks like the code around it.
_NAMES = {
    "": "n o ow p w kc py vm fm nx",
    "s": "sa s s1 s2 sb sc si ss dl",
    "m": "m mb mf mh mi mo il",
    "k": "k kd kn kp kr kt nd ni nl nt",
    "nb": "nb bp no",
    "nf": "nf nn nc ne",
    "c": "c c1 ch cm cs sd",
}
NAMES = {name: one for one, names in _NAMES.items() for name in names.split()}

_CODE = re.compile(r"<pre\b[^>]*>.*?</pre>", re.DOTALL)
_TOKEN = re.compile(r'<span class="(\w{1,3})">([^<]*)</span>')
_TOKENS = re.compile(r'<span class="(\w{1,3})">[^<]*</span>(?:<span class="\1">[^<]*</span>)+')
_MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)
_EMPTY = re.compile(r"<(\w+)([^<>]*)/>")
_VERBATIM = re.compile(r"(<(pre|textarea|script|style)\b.*?</\2>)", re.DOTALL)
# The minifier takes all white space between elements of a block for the
# template's, as in <div><b>a</b> <b>b</b></div>. A mark that stands in for the
# space makes it text; no text of a page has it (as those of inject.py).
_INLINE = (r"(?:a|abbr|b|bdi|bdo|button|cite|code|data|del|dfn|em|i|img|input|ins|kbd|label|"
           r"mark|math|output|q|s|samp|select|small|span|strong|sub|sup|svg|time|u|var)\b")
_SPACE = "\ue006"
_BETWEEN = re.compile(rf"(</{_INLINE}[^<>]*>|<(?:img|input)\b[^<>]*>)\s+(?=<{_INLINE})")


def minify(html: str) -> str:
    """Return a page's HTML with nothing in it that makes no difference."""
    html = _CODE.sub(lambda match: _slim_code(match[0]), html)
    # The minifier knows <path/>, but would leave <mspace/> open.
    html = _MATH.sub(lambda match: _EMPTY.sub(r"<\1\2></\1>", match[0]), html)
    html = re.sub(r' data-search-exclude(?:="")?(?=[ >])', "", html)
    parts = _VERBATIM.split(html)
    # split() yields text, element, element's name, text, …
    parts[::3] = [_BETWEEN.sub(rf"\1{_SPACE}", text) for text in parts[::3]]
    del parts[2::3]
    # Closing tags stay, so that simple parsers find their way as well.
    return minify_html.minify(
        "".join(parts), keep_closing_tags=True, keep_html_and_head_opening_tags=True,
        keep_input_type_text_attr=True).replace(_SPACE, " ")


def _slim_code(html: str) -> str:
    """Return a block of code with one span for each run of a colour."""

    def rename(match: re.Match) -> str:
        name = NAMES.get(match[1], match[1])
        return f'<span class="{name}">{match[2]}</span>' if name else match[2]

    def join(match: re.Match) -> str:
        text = "".join(text for _, text in _TOKEN.findall(match[0]))
        return f'<span class="{match[1]}">{text}</span>'

    return _TOKENS.sub(join, _TOKEN.sub(rename, html.replace("<span></span>", "", 1)))
