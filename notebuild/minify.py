"""A page as the theme has written it → the same page in fewer bytes.

What a reader sees and copies stays: text, and the spaces between words, buttons
and links. What goes is the white space of the templates, marks that only the
search index read, and the spans of code whose colour is that of their text.
"""

from __future__ import annotations

import re

import minify_html

# The site has four inks for code and Pygments many names for its tokens: one
# name for each ink, and none for what looks like the code around it.
_NAMES = {
    "": "n o ow p w kc py vm fm nx nf nn nc ne na nv vc vg vi",
    "s": "sa s s1 s2 sb sc si ss dl l cpf",
    "m": "m mb mf mh mi mo il se sh sr sx cp",
    "k": "k kd kn kp kr kt nd ni nl nt nb bp no",
    "c": "c c1 ch cm cs sd",
}
NAMES = {name: one for one, names in _NAMES.items() for name in names.split()}

CODE = re.compile(r"<pre\b[^>]*>.*?</pre>", re.DOTALL)
TOKEN = re.compile(r'<span class="(\w{1,3})">([^<]*)</span>')
_INKS = re.compile(r"<c- (\w)>[^<]*</c->(?:\s*<c- \1>[^<]*</c->)+")
_INK = re.compile(r"</?c-[^>]*>")
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
    html = CODE.sub(lambda match: _slim_code(match[0]), html)
    # The minifier knows <path/>, but would leave <mspace/> open.
    html = _MATH.sub(lambda match: _EMPTY.sub(r"<\1\2></\1>", match[0]), html)
    html = re.sub(r' data-search-exclude(?:="")?(?=[ >])', "", html)
    # Within HTML a drawing is one without saying so.
    html = re.sub(r'(<svg\b[^>]*?) xmlns="?http://www\.w3\.org/2000/svg"?(?=[ >])', r"\1", html)
    parts = _VERBATIM.split(html)
    # split() yields text, element, element's name, text, …
    parts[::3] = [_BETWEEN.sub(rf"\1{_SPACE}", text) for text in parts[::3]]
    del parts[2::3]
    # Closing tags stay, so that simple parsers find their way as well.
    return minify_html.minify(
        "".join(parts), keep_closing_tags=True, keep_html_and_head_opening_tags=True,
        keep_input_type_text_attr=True).replace(_SPACE, " ")


def _slim_code(html: str) -> str:
    """Return a block of code with one element for each run of an ink.

    A page has hundreds of them, so they are as short as HTML allows: an element
    of our own, `<c- k>`, to which site.css gives its ink.
    """

    def ink(match: re.Match) -> str:
        name = NAMES.get(match[1])
        if name is None:
            return match[0]
        return f"<c- {name}>{match[2]}</c->" if name else match[2]

    def join(match: re.Match) -> str:
        return f"<c- {match[1]}>{_INK.sub('', match[0])}</c->"

    return _INKS.sub(join, TOKEN.sub(ink, html.replace("<span></span>", "", 1)))
