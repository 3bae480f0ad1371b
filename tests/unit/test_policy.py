"""The policy of a page: the theme's scripts and no others."""

import re
from base64 import b64encode
from hashlib import sha256

from notebuild.policy import add_policy, without_styles
from notebuild.publish import finish_page

PAGE = ("<!doctype html><html><head><meta charset=utf-8><title>é</title><script>theme('é')</script>"
        '<script src=a.js></script><script type=application/json>{"a": 1}</script></head><body>'
        "<article><p>x</p><script>injected()</script></article><script type=module>last()</script>"
        "</body></html>")


def digest(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def directives(html: str) -> dict[str, str]:
    content = re.search(r'Content-Security-Policy content="([^"]*)"', html)[1]
    return dict(part.split(" ", 1) for part in content.split("; "))


def test_scripts_of_the_theme_are_allowed_and_those_of_the_text_are_not():
    found = directives(add_policy(PAGE))["script-src"].split()
    assert found == ["'self'", digest("theme('é')"), digest("last()")]


def test_nothing_else_is_allowed_unless_it_is_named():
    found = directives(add_policy(PAGE))
    assert found["default-src"] == found["object-src"] == found["form-action"] == "'none'"
    assert found["style-src"] == "'self'"
    assert "unsafe" not in " ".join(found.values()) and "http" not in " ".join(found.values())


def test_the_policy_stands_before_what_it_speaks_of():
    html = add_policy(PAGE)
    assert html.startswith("<!doctype html><html><head><meta charset=utf-8><meta http-equiv")


def test_digests_are_those_of_the_page_as_it_is_written():
    html = finish_page(PAGE.replace("theme('é')", "\n  theme( 'é' )  \n"))
    script = re.search(r"<script>(.*?)</script>", html, re.S)[1]
    assert digest(script) in directives(html)["script-src"]


def test_a_page_that_a_server_reloads_has_no_policy():
    assert "Content-Security" not in finish_page(PAGE, live=True)


def test_alignments_are_classes():
    assert without_styles('<td style="text-align: right;">1</td><th id="a" style="text-align: '
                          'center;">b</th><mtd style="text-align: left;justify-items: start;">c</mtd>'
                          ) == ('<td class="nb-right">1</td><th id="a" class="nb-center">b</th>'
                                '<mtd class="nb-left">c</mtd>')
