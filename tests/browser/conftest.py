"""The built site on a local server, and a browser that reports what goes wrong."""

import functools
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever asks another host fails at once, and so is seen.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


class _Canonical(HTMLParser):
    """Finds the public address that a page names as its own."""

    href = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "link" and values.get("rel") == "canonical":
            self.href = values.get("href") or ""


class _Handler(SimpleHTTPRequestHandler):
    """Serves the site as a static host does: below its path, with its 404 page."""

    prefix = "/"

    def translate_path(self, path: str) -> str:
        if not path.startswith(self.prefix):
            return str(Path(self.directory, "outside the site"))
        return super().translate_path("/" + path.removeprefix(self.prefix))

    def send_error(self, code: int, *args: object, **kwargs: object) -> None:
        if code != 404:
            return super().send_error(code, *args, **kwargs)
        body = Path(self.directory, "404.html").read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@dataclass
class Site:
    """The built site: its folder, and the address at which it is served."""

    folder: Path
    url: str

    def pages(self) -> list[str]:
        """Return the path of every page below the site's address, but the 404."""
        files = sorted(self.folder.rglob("index.html"))
        paths = (file.parent.relative_to(self.folder).as_posix() for file in files)
        return ["" if path == "." else f"{path}/" for path in paths]


@dataclass
class Watch:
    """What went wrong on a page: errors, and requests that failed or went out."""

    site: str
    problems: list[str] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message) -> None:
        # A resource that is missing is reported once, by its response.
        if message.type == "error" and not message.text.startswith("Failed to load"):
            self.problems.append(f"console: {message.text}")

    def _request(self, request) -> None:
        if not request.url.startswith((self.site, "data:", "blob:")):
            self.problems.append(f"request off the site: {request.url}")

    def _response(self, response) -> None:
        if response.status >= 400:
            self.problems.append(f"{response.status}: {response.url}")


@pytest.fixture(scope="session")
def site_dir() -> Path:
    """The folder to test: $NOTEBUILD_SITE, or site/ beside mkdocs.yml."""
    folder = Path(os.environ.get("NOTEBUILD_SITE", ROOT / "site"))
    if not (folder / "index.html").is_file():
        pytest.fail(f"{folder} holds no built site: run `make site` first", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def site(site_dir: Path) -> Iterator[Site]:
    """The site, served on a free port of this machine."""
    home = _Canonical()
    home.feed((site_dir / "index.html").read_text(encoding="utf-8"))
    prefix = urlsplit(home.href).path.rstrip("/") + "/"
    handler = type("Handler", (_Handler,), {"prefix": prefix})
    with ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(handler, directory=str(site_dir))
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Site(site_dir, f"http://127.0.0.1:{server.server_port}{prefix}")
        server.shutdown()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The Chromium that is installed on this machine, or that $CHROMIUM names."""
    names = [os.environ["CHROMIUM"]] if os.environ.get("CHROMIUM") else BROWSERS
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.fail(
            f"no browser: found none of {', '.join(names)}. Install one (on Debian: "
            "apt-get install chromium fonts-noto-cjk), or name it in CHROMIUM",
            pytrace=False,
        )
    browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def watch(site: Site) -> Watch:
    """What went wrong so far; a test that expects a problem takes it out."""
    return Watch(site.url)


@pytest.fixture
def open_page(browser: Browser, site: Site, watch: Watch) -> Iterator:
    """Open a path of the site in a fresh profile: `open_page("rnn/", **options)`.

    Every test that uses it also fails on script errors and on requests that
    fail or leave the site.
    """
    contexts = []

    def open_page(path: str = "", width: int = 1280, **options) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, reduced_motion="reduce", **options
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        watch.attach(page)
        page.goto(site.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert watch.problems == []
