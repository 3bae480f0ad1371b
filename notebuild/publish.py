"""A page as MkDocs has made it → the page as it is written."""

from __future__ import annotations

from .minify import minify
from .policy import add_policy, without_styles


def finish_page(html: str, *, live: bool = False) -> str:
    """Return a page small, and with its policy.

    Args:
        html: All of the page.
        live: A server is going to add a script that reloads the page, which is
            another one each time; so the page gets no policy.
    """
    html = minify(without_styles(html))
    return html if live else add_policy(html)
