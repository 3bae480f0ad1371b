"""`mkdocs serve` shows the site at once, and what it executes as it is done."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.site

SLOW = 'import time\ntime.sleep({})\nrate = {}\n'


class Server:
    """A server of a project's site, as its author starts it."""

    def __init__(self, project):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = open(project.root / "serve.log", "w+", encoding="utf-8")
        environ = {k: v for k, v in os.environ.items()
                   if k not in {"SITE_URL", "REPO_URL", "NOTEBUILD_CACHE"}}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "-a", f"127.0.0.1:{self.port}"],
            cwd=project.root, stdout=self.log, stderr=self.log,
            env=environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1"})

    def get(self, path: str) -> str:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=30) as answer:
                return answer.read().decode()
        except URLError:
            return ""

    def page(self, path: str = "") -> str:
        return re.sub(r"\s+", " ", self.get(path))

    def wait(self, done, seconds: float = 40):
        """Return what `done` returns as soon as that is true."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            if found := done():
                return found
            time.sleep(0.2)
        pytest.fail(f"not in {seconds} s:\n{self.text()[-3000:]}")

    def text(self) -> str:
        self.log.flush()
        self.log.seek(0)
        return self.log.read()

    def end(self) -> float:
        """Send Ctrl-C; return how many seconds the server took to end."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        return time.monotonic() - began


@pytest.fixture
def serve():
    servers = []

    def start(project) -> Server:
        servers.append(Server(project))
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.end()
        server.log.close()


def slow(project, seconds, rate=2):
    project.edit_both("rate = 2\n", SLOW.format(seconds, rate))


def test_a_cold_site_is_there_before_its_outputs(project, serve):
    """The page says what runs; its output comes without a new build, then with one."""
    slow(project, 12)
    server = serve(project)
    html = server.wait(server.page)
    assert "nb-waiting" in html and "训练" in html and "live.js" in html
    waiting = re.findall(r"data-waiting=\"?(\d+)", html)
    path = re.search(r"data-page=\"?([^\s\">]+)", html)[1]

    def state():
        return json.loads(server.get(
            f"_notebuild/state?page={path}&cells={','.join(waiting)}") or "{}")

    server.wait(lambda: any("正在运行" in cell.get("text", "") for cell in state().values()))
    server.wait(lambda: any("html" in cell for cell in state().values()))
    # What had finished before the slow cell is there while that runs.
    assert any("text" in cell for cell in state().values())
    server.wait(lambda: "html" in state().get(waiting[-1], {}))
    html = server.wait(lambda: page if "nb-waiting" not in (page := server.page()) else "")
    assert "trained" in html
    assert "nb-waiting" not in server.page("en/")
    assert "nb-waiting" not in server.page("labs/lab/")


def test_a_failed_cell_is_shown_at_its_place_until_it_is_mended(copy, serve):
    server = serve(copy)
    server.wait(lambda: "trained" in server.page())
    copy.edit_both('print("trained")', 'print("trained" + 1)')
    server.wait(lambda: "TypeError" in server.page() and "TypeError" in server.page("en/"))
    assert re.search(r"index\.zh\.md:\d+: TypeError", server.text())
    copy.edit_both('print("trained" + 1)', 'print("trained again")')
    server.wait(lambda: "trained again" in server.page() and "TypeError" not in server.page())


def test_a_page_that_cannot_be_read_is_shown_from_a_cold_start(project, serve):
    project.edit("index.zh.md", "{ #end }", "{ #other }")
    server = serve(project)
    server.wait(lambda: "index.zh.md:" in server.page())
    project.edit("index.zh.md", "{ #other }", "{ #end }")
    server.wait(lambda: "trained" in server.page() and "nb-waiting" not in server.page())


def test_a_slow_cell_that_is_edited_is_stopped_and_the_end_is_quick(copy, serve):
    server = serve(copy)
    server.wait(lambda: "trained" in server.page())
    slow(copy, 600)
    server.wait(lambda: "nb-waiting" in server.page())
    copy.edit_both("time.sleep(600)\n", "time.sleep(0)\n")
    server.wait(lambda: "nb-waiting" not in server.page() and "trained" in server.page())
    copy.edit_both("time.sleep(0)\n", "time.sleep(601)\n")
    server.wait(lambda: "nb-waiting" in server.page())
    assert server.end() < 10
    assert not [*(copy.root / ".notebuild").glob("staging-*")]
