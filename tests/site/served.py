"""A server of a small site, as its author starts it, and what a test asks of it."""

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


class Server:
    """A server of a project's site, as its author starts it."""

    def __init__(self, project):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = open(project.root / "serve.log", "w+", encoding="utf-8")
        environ = {k: v for k, v in os.environ.items()
                   if k not in {"SITE_URL", "REPO_URL", "NOTEBUILD_CACHE"}}
        # In the background Ctrl-C is ignored, and a child would inherit that.
        signal.signal(signal.SIGINT, signal.default_int_handler)
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


def servers():
    """Yield what starts a server; end all that were started. The body of a fixture."""
    started = []

    def start(project) -> Server:
        started.append(Server(project))
        return started[-1]

    yield start
    for server in started:
        if server.process.poll() is None:
            server.end()
        server.log.close()
