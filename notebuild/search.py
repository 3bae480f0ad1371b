"""Give each locale a search index of its own.

In: the one index that the search plugin writes for all locales together. Out:
one index below each locale's home, with that locale's pages only and with the
settings that its script needs. A page of the theme asks for the index below its
own home (`overrides/main.html`), so nobody finds pages in the other language.

A section is found by its title and its prose. Two fields that no result shows
lead to it as well: `names`, what readers may call its subject, in either
language, from the glossary and from `docs/search.toml`; and `code`, the
functions and layers that its code uses, and names such as NumPy as they are
typed in a hurry. The code itself stays out: its letters
say little, and half of a result would be brackets.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from html import unescape
from pathlib import Path
from typing import Any

import jieba

from .errors import PageError
from .glossary import Term

FILE = "search.toml"
INDEX = Path("search", "search_index.json")
# A name weighs as much as a title, so that of several sections with a word in
# their titles the one that introduces it comes first. Code only breaks a tie.
_FIELDS = {"names": {"boost": 1000.0}, "code": {"boost": 0.1}}

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

_CODE = re.compile(r"<pre\b.*?</pre>", re.DOTALL)
_USED = re.compile(r"\.([A-Za-z]\w{2,})")  # what stands behind a dot
_JOINED = re.compile(r"\b\w+(?=[A-Z][a-z])\w+")  # what the separator cuts: NumPy

# No stemmers: the theme looks for the beginning of a word, and "vanishing" is
# not a beginning of the stem "vanish". No stop words: the script takes them out
# of a query, and a word that must occur has to be there. "en" for every language:
# another one loads a script of its own, "zh" one that needs a dictionary.
_SETTINGS = {"lang": ["en"], "pipeline": []}


def load_names(docs: Path, terms: Iterable[Term]) -> dict[str, list[str]]:
    """Return a section's location → what else its subject is called.

    Args:
        docs: The folder of the notes; `search.toml` in it is a table of a
            section's location below the home (`"rnn/#imdb"`) → its names.
        terms: The glossary. A variant that pages avoid is what readers may type.

    Raises:
        PageError: The file is not as it must be.
    """
    file, names = docs / FILE, {}
    for term in terms:
        names.setdefault(term.at.replace(".md", "/"), []).extend(
            [*term.names, *term.avoid])
    if not file.is_file():
        return names
    path = f"{docs.name}/{FILE}"
    try:
        table = tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise PageError(f"cannot be read: {error}", path=path) from None
    for location, added in table.items():
        if not isinstance(added, list) or not all(isinstance(n, str) for n in added):
            raise PageError(f"the names of ‘{location}’ are not a list of words", path=path,
                            hint='write: "rnn/#imdb" = ["sentiment analysis"]')
        names.setdefault(location, []).extend(added)
    return names


def split_index(
    index: Mapping[str, Any], locales: Sequence[str], names: Mapping[str, str] = {},
) -> dict[str, dict[str, Any]]:
    """Return one index per locale, its locations relative to the locale's home.

    Args:
        index: the search plugin's index (`config` and `docs`) of all locales.
        locales: the locales of the site. The first one has its home at the
            root, the others below `<locale>/`.
        names: As `cut_names` returns them.

    Raises:
        PageError: There are names for a section that a locale does not have.
    """
    homes = {f"{locale}/": locale for locale in locales[1:]}
    parts = {
        locale: {
            "config": {**index["config"], **_SETTINGS,
                       "separator": _CHINESE if locale.startswith("zh") else _LATIN,
                       "fields": index["config"]["fields"] | _FIELDS},
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
            "text": _LOOSE.sub("", _CODE.sub("", entry["text"])),
        }
        if code := _used(entry["text"]):
            ours["code"] = " ".join(code)
        if ours["location"] in names:
            ours["names"] = names[ours["location"]]
        parts[locale]["docs"].append(entry | ours)
    for locale, part in parts.items():
        if missing := names.keys() - {entry["location"] for entry in part["docs"]}:
            raise PageError(
                f"the section ‘{min(missing)}’ is not in the {locale} pages", path=FILE,
                hint="name a page and an anchor that all languages have: rnn/#imdb")
    return parts


def _used(text: str) -> list[str]:
    """Return what an entry's code uses, and in lower case its joined names."""
    code = unescape(re.sub(r"<[^>]+>|\u200b", "", " ".join(_CODE.findall(text))))
    code = re.sub(r"""#.*|"[^"\n]*"|'[^'\n]*'""", "", code)
    joined = [name.lower() for name in _JOINED.findall(f"{_CODE.sub('', text)} {code}")]
    return [*dict.fromkeys(_USED.findall(code) + joined)]


def cut_names(names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return a section's names with their Chinese words apart, as the prose is cut."""
    return {location: " ".join("\u200b".join(jieba.cut(name)) for name in each)
            for location, each in names.items()}


def write_indexes(site_dir: str | Path, locales: Sequence[str],
                  names: Mapping[str, str] = {}) -> None:
    """Replace the site's common index by one below the home of each locale."""
    site = Path(site_dir)
    index = json.loads((site / INDEX).read_text(encoding="utf-8"))
    for locale, part in split_index(index, locales, names).items():
        path = site / ("" if locale == locales[0] else locale) / INDEX
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(part, ensure_ascii=False, separators=(",", ":"))
        path.write_text(text, encoding="utf-8")
