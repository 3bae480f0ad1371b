"""What a reader takes home from a page: its names, and the row of links to it.

Beside a page's index.html stand NAME.py, NAME.ipynb and, for a chapter,
NAME.epub.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from .environment import imported, imported_modules
from .words import load_words

BRANCH = "notebooks"  # of the repository; see .github/workflows/site.yml
# What Colab has of the packages that the notes import.
COLAB = frozenset("joblib keras matplotlib numpy pandas scikit-learn tensorflow"
                  " tensorflow-cpu tqdm".split())
_GITHUB = re.compile(r"https://github\.com/([^/]+/[^/]+?)(?:\.git)?/?")


def render_links(name: str, locale: str, *, epub: bool, colab: str) -> str:
    """Return the row of links below a page's title.

    Args:
        name: What the files are called, without their endings.
        locale: The page's language.
        epub: Whether there is one.
        colab: The notebook's address there, or ''.
    """
    words = load_words(locale, "home")
    links = [f'<a href="{name}.{kind}" download>{words[kind]}</a>'
             for kind in ("py", "ipynb", *(["epub"] if epub else []))]
    if colab:
        links.append(f'<a href="{escape(colab)}">{words["colab"]}</a>')
    return (f'<nav class="nb-take" aria-label="{words["row"]}" data-search-exclude>'
            f"<span>{words['run']}</span>{''.join(links)}</nav>")


def colab_address(repository: str, notebook: str) -> str:
    """Return where Colab opens a notebook of the site, or '' if it cannot.

    It opens what stands in a branch of a public GitHub repository; the site
    is published without one, so its notebooks are pushed to a branch as well.

    Args:
        repository: The repository's address, or ''.
        notebook: The notebook's place in the site.
    """
    match = _GITHUB.fullmatch(repository)
    return match and (f"https://colab.research.google.com/github/{match[1]}"
                      f"/blob/{BRANCH}/{notebook}") or ""


def list_needs(imports: Sequence[str]) -> list[str]:
    """Return what Colab lacks of what import statements name: `name==version`."""
    found = imported(imported_modules(imports))
    return [f"{name}=={version}" for name, version in found.items() if name not in COLAB]


def closing_words(title: str, address: str, versions: Sequence[str],
                  commit: str | None, locale: str) -> str:
    """Return the last lines of what is taken home, in Markdown: whence it comes."""
    words = load_words(locale, "home")
    text = words["from"].format(f"[{title}]({address})" if address else title)
    if versions:
        text += words["made"].format(words["list"].join(versions))
    if commit:
        text += words["commit"].format(commit)
    return f"---\n\n{text}{words['end']}\n{words['licence']}"
