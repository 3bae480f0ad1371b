"""What a page may load and run: its Content-Security-Policy.

A host of static files seldom lets one set headers, so the policy stands in the
page. Scripts and styles come from the site's own files; of the scripts that the
theme writes into a page each is allowed by its digest, and none that came with
the text or with an output of a cell.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",   # the search index
    "worker-src": "'self'",    # the search itself
    "base-uri": "'none'",
    "form-action": "'none'",
    "object-src": "'none'",
}
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_SOURCE = re.compile(r"\ssrc\s*=", re.IGNORECASE)
_TYPE = re.compile(r"\stype\s*=\s*[\"']?([^\s\"'>]*)", re.IGNORECASE)
_RUNS = {"", "module", "text/javascript", "application/javascript"}
_CHARSET = re.compile(r"<meta charset=[^>]*>", re.IGNORECASE)
# Markdown and the formulas write the alignment of a column as a style.
_ALIGNED = re.compile(
    r'(<(?:t[hd]|mtd)\b[^<>]*?) style="text-align: (left|center|right);[^"]*"')


def add_policy(html: str) -> str:
    """Return a page, as it will be written, with its policy in its head.

    What is done to the page afterwards must not change its scripts.
    """
    text, article, rest = html.partition("<article")
    digests = _digests(text + rest.rpartition("</article>")[2] if article else text)
    sources = _POLICY | {"script-src": " ".join([_POLICY["script-src"], *digests])}
    policy = "; ".join(f"{name} {allowed}" for name, allowed in sources.items())
    meta = f'<meta http-equiv=Content-Security-Policy content="{policy}">'
    # Before everything that it speaks of, but the encoding comes first.
    return _CHARSET.sub(lambda match: match[0] + meta, html, count=1)


def without_styles(html: str) -> str:
    """Return a page's HTML with classes for alignments, which no policy forbids."""
    return _ALIGNED.sub(r'\1 class="nb-\2"', html)


def _digests(html: str) -> list[str]:
    """Return what the policy says of the scripts that are written in the page."""
    found = []
    for attributes, script in _SCRIPT.findall(html):
        kind = _TYPE.search(attributes)
        if not _SOURCE.search(attributes) and (kind[1].lower() if kind else "") in _RUNS:
            found.append(f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'")
    return list(dict.fromkeys(found))
