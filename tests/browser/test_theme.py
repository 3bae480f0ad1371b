"""Light, dark, or as the system says: all colours of the page follow."""

import pytest

pytestmark = pytest.mark.browser

COLOURS = """() => {
  const style = getComputedStyle(document.body);
  return ["--nb-state", "--nb-carry", "--nb-gate"].map((name) => style.getPropertyValue(name))
    .concat(style.backgroundColor, style.color);
}"""


def scheme(page) -> str:
    return page.locator("body").get_attribute("data-md-color-scheme")


def toggle(page) -> None:
    page.locator("[data-md-component=palette] label:visible").click()


@pytest.mark.parametrize("system, expected", [("light", "default"), ("dark", "slate")])
def test_the_page_follows_the_system_at_first(open_page, system, expected):
    page = open_page("rnn/", color_scheme=system)
    page.wait_for_function(
        "s => document.body.dataset.mdColorScheme === s", arg=expected
    )
    page.emulate_media(color_scheme="light" if system == "dark" else "dark")
    page.wait_for_function(
        "s => document.body.dataset.mdColorScheme !== s", arg=expected
    )


def test_the_toggle_changes_every_colour_and_is_remembered(open_page, site):
    page = open_page("rnn/", color_scheme="light")
    light = page.evaluate(COLOURS)
    toggle(page)
    assert scheme(page) == "default"
    assert page.evaluate(COLOURS) == light
    toggle(page)
    assert scheme(page) == "slate"
    dark = page.evaluate(COLOURS)
    assert all(before != after for before, after in zip(light, dark, strict=True))

    page.goto(site.url + "en/rnn/")
    assert scheme(page) == "slate"
    assert page.evaluate(COLOURS) == dark
