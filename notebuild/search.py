"""Give each locale a search index of its own.

In: the one index that the search plugin writes for all locales together. Out:
one index below each locale's home, with that locale's pages only and with the
settings that its script needs. A page of the theme asks for the index below its
own home (`overrides/main.html`), so nobody finds pages in the other language.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

INDEX = Path("search", "search_index.json")

# Where a text is cut into words. Latin: at spaces and punctuation, between a
# lower-case letter and a capitalised word (TextVectorization), and at dots that
# are not decimal points (keras.layers). Chinese: also at full-width punctuation
# and at the zero-width spaces that jieba's segmentation leaves behind. No "|" in
# the brackets: the theme's highlighter takes the expression apart at each one.
_LATIN = r"[\s\-,:;!?=/\[\](){}\"'`]+|(?!\b)(?=[A-Z][a-z])|\.(?!\d)|&[lg]t;"
_CHINESE = (
    r"[\u200b\u3000\u00b7\u2014\u2018-\u201d\u2026\u3001-\u3011\uff01-\uff20]+|" + _LATIN
)

# A zero-width space is a place to break a line as well, and no line of a search
# result should start with a comma.
_LOOSE = re.compile(r"\u200b(?=[\s\u3001\u3002\uff01\uff09\uff0c\uff1a\uff1b\uff1f])")

# No stemmers: the theme looks for the beginning of a word, and "vanishing" is
# not a beginning of the stem "vanish". "en" for Chinese too, since "zh" loads a
# tokenizer that needs a dictionary, and English words occur on those pages.
_SETTINGS: dict[str, dict[str, Any]] = {
    "zh": {"lang": ["en"], "separator": _CHINESE, "pipeline": []},
    "en": {"lang": ["en"], "separator": _LATIN, "pipeline": ["stopWordFilter"]},
}


def split_index(
    index: Mapping[str, Any], locales: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return one index per locale, its locations relative to the locale's home.

    Args:
        index: the search plugin's index (`config` and `docs`) of all locales.
        locales: the locales of the site. The first one has its home at the
            root, the others below `<locale>/`.
    """
    homes = {f"{locale}/": locale for locale in locales[1:]}
    parts = {
        locale: {
            "config": {**index["config"], **_SETTINGS.get(locale, {})},
            "docs": [],
        }
        for locale in locales
    }
    for entry in index["docs"]:
        home = next((h for h in homes if entry["location"].startswith(h)), "")
        locale = homes.get(home, locales[0])
        ours = {
            "location": entry["location"].removeprefix(home),
            "title": _LOOSE.sub("", entry["title"]),
            "text": _LOOSE.sub("", entry["text"]),
        }
        parts[locale]["docs"].append(entry | ours)
    return parts


def write_indexes(site_dir: str | Path, locales: Sequence[str]) -> None:
    """Replace the site's common index by one below the home of each locale."""
    site = Path(site_dir)
    index = json.loads((site / INDEX).read_text(encoding="utf-8"))
    for locale, part in split_index(index, locales).items():
        path = site / ("" if locale == locales[0] else locale) / INDEX
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(part, ensure_ascii=False, separators=(",", ":"))
        path.write_text(text, encoding="utf-8")
