"""Set Chinese text as one writes it, whatever the lines of its source are.

Sources keep one sentence a line, and a browser shows the end of a line as a
space. Chinese has no spaces between sentences, so they are taken out.
"""

import re

# After full-width punctuation always; between two Chinese characters, or before
# an opening bracket. Not beside Latin letters, where the notes want a space.
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_CLOSE = r"\u2019\u201d\u2026\u3001\u3002\u3009\u300b\u300d\u300f\u3011\uff01\uff09\uff0c\uff1a\uff1b\uff1f"
_OPEN = r"\u2018\u201c\u3008\u300a\u300c\u300e\u3010\uff08"
_LINE_END = re.compile(rf"(?<=[{_CLOSE}])\n|(?<=[{_HAN}])\n(?=[{_HAN}{_OPEN}])")
_PREFORMATTED = re.compile(r"(<(pre|textarea|script|style)\b.*?</\2>)", re.DOTALL)


def join_lines(html: str) -> str:
    """Return the HTML without the line ends that would show inside Chinese text."""
    parts = _PREFORMATTED.split(html)
    # split() yields text, element, element's name, text, …
    parts[::3] = [_LINE_END.sub("", text) for text in parts[::3]]
    del parts[2::3]
    return "".join(parts)
