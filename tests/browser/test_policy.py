"""Each page keeps its own policy, whatever a reader does, and the policy is real."""

import pytest

pytestmark = pytest.mark.browser

LISTEN = """() => {
  window.violations = [];
  document.addEventListener("securitypolicyviolation", (e) => violations.push(
    `${e.violatedDirective}: ${e.blockedURI} ${e.sourceFile}:${e.lineNumber} ${e.sample}`));
}"""


@pytest.fixture
def open_listening(browser, site):
    """Open a path in a browser that notes every violation, from the first on."""
    contexts = []

    def open_listening(path):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(10_000)
        contexts.append(context)
        context.add_init_script(f"({LISTEN})()")
        page = context.new_page()
        page.goto(site.url + path)
        return page

    yield open_listening
    for context in contexts:
        context.close()


def violations(page):
    page.wait_for_timeout(100)
    return page.evaluate("violations")


def test_no_page_violates_its_policy(open_listening, site):
    page = open_listening("")
    for path in [*site.pages(), "no/such/page/"]:
        page.goto(site.url + path)
        policy = page.locator("head meta[http-equiv=Content-Security-Policy]")
        assert "unsafe" not in policy.get_attribute("content"), path
        assert violations(page) == [], path


@pytest.mark.parametrize("home, query", [("", "梯度"), ("en/", "gradient")])
def test_what_a_reader_does_is_allowed(open_listening, home, query):
    """Search, Enter in it, the colour scheme, a preview, the steps of a figure."""
    page = open_listening(f"{home}rnn/")
    page.wait_for_function("() => document.querySelector('.nb-program button')")
    page.locator(".nb-program .nb-look").first.click()
    page.locator("dialog .nb-close").click()
    page.locator(".nb-stepped .nb-next").first.click()
    for _ in range(3):
        page.locator("[data-md-component=palette] label:visible").click()
    page.locator(".md-search__input").click()
    page.keyboard.insert_text(query)
    page.keyboard.press("End")
    page.locator(".md-search-result__item").first.wait_for()
    page.mouse.wheel(0, 8000)
    assert violations(page) == []
    page.locator(".md-search__input").press("Enter")
    page.wait_for_url("**/*h=*")
    assert violations(page) == []


INJECTED = {
    "script": "const e = document.createElement('script'); e.textContent = 'window.ran = 1';"
              "document.querySelector('article').append(e)",
    "handler": "document.querySelector('article').insertAdjacentHTML('beforeend',"
               "'<img src=x onerror=\\'window.ran = 1\\'>')",
    "style": "document.querySelector('article').insertAdjacentHTML('beforeend',"
             "'<p style=\\'color: red\\'>x</p>')",
    "frame": "document.querySelector('article').insertAdjacentHTML('beforeend',"
             "'<iframe src=\\'data:text/html,x\\'></iframe>')",
    "script of another host": "const e = document.createElement('script');"
                              "e.src = 'http://other.invalid/x.js'; document.body.append(e)",
    "request": "fetch('http://other.invalid/').catch(() => 0)",
}


@pytest.mark.parametrize("what", INJECTED)
def test_what_is_injected_is_blocked(open_listening, what):
    page = open_listening("en/rnn/")
    page.evaluate(f"() => {{ {INJECTED[what]} }}")
    page.wait_for_function("() => violations.length > 0")
    assert page.evaluate("window.ran") is None


def test_eval_is_blocked(open_listening):
    page = open_listening("")
    # Later, since what the test itself evaluates is exempt.
    page.evaluate("setTimeout(() => Function('window.ran = 1')())")
    page.wait_for_function("() => violations.length > 0")
    assert page.evaluate("window.ran") is None
