"""What a page says of itself to search engines, feed readers and shared links.

Addresses are absolute, as those who read them need, and so there are none when
the site's own is not known: nothing is said rather than something wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

from .words import load_words

CARD = "card.png"


@dataclass(frozen=True)
class Head:
    """What stands in a page's head.

    Attributes:
        title: The page's title; of a home, the name of the site.
        site: The name of the site in the page's language.
        region: The page's language and country, such as `zh_CN`.
        address: Its public address, or ''.
        alternates: Language → address, itself included, the leading one first.
        card: The address of the picture that a shared link shows, or ''.
        feed: The file of the feed of changes, from the site's root, or ''.
    """

    title: str
    site: str
    region: str
    address: str = ""
    alternates: tuple[tuple[str, str], ...] = ()
    card: str = ""
    feed: str = ""


def region(locale: str) -> str:
    """Return a language as Open Graph calls it."""
    return load_words(locale, "page")["region"]
