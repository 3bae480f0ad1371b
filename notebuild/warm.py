"""Kernels that need not import what others have imported.

A kernel takes half a second to start, and TensorFlow two or three to import. So
a process that has done so once is forked (see `forkserver`): for each set of
modules one server, itself a fork of the costliest that has no other than it may. Where
that cannot be done soundly (without fork, with a module that starts threads or
says something as it is imported), a kernel starts cold, as ever.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

from jupyter_client.provisioning import LocalProvisioner

from .normalise import CHATTER

SERVER = Path(__file__).with_name("forkserver.py")
SCRATCH = frozenset({"IPYTHONDIR"})  # differs from kernel to kernel
START = 60.0  # seconds for a server to import what it needs
# As a script it would find this package's modules before Python's own.
_BEGIN = ("import sys; del sys.path[0]; "
          "exec(compile(open(sys.argv[1], encoding='utf-8').read(), sys.argv[1], 'exec'))")


class Provisioner(LocalProvisioner):
    """Starts a kernel as a fork, or else as Jupyter does."""

    needed: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()

    async def launch_kernel(self, cmd, **kwargs):
        arguments = cmd[cmd.index("ipykernel_launcher") + 1:]
        server = await _SERVERS.find(self.needed, self.allowed, kwargs["env"])
        process = server and server.fork(arguments, kwargs)
        if process is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.pid, self.pgid = process, process.pid, process.pid
        self.cwd = kwargs["cwd"]
        return self.connection_info


def make_provisioner(manager, needed: frozenset[str], allowed: frozenset[str],
                     ) -> Provisioner:
    """Return what starts a manager's kernel.

    Args:
        manager: Jupyter's.
        needed: The modules that the kernel should have imported.
        allowed: Those that it may have: what its cells' programs import.
    """
    made = Provisioner(parent=manager, kernel_id="", kernel_spec=manager.kernel_spec)
    made.needed, made.allowed = needed, needed | allowed
    return made


class _Server:
    """A server at the other end of a socket.

    Attributes:
        modules: What it has imported, or is importing.
        took: Seconds that its imports have taken, those of its parents included.
    """

    def __init__(self, control: socket.socket, modules: frozenset[str],
                 process: subprocess.Popen | None = None, took: float = 0.0):
        self.control, self.modules, self.process = control, modules, process
        self.took = took
        self.lock = threading.Lock()

    async def ready(self) -> bool:
        """Return whether it has imported its modules, and can be forked."""
        self.control.setblocking(False)
        try:
            data = await asyncio.wait_for(
                asyncio.get_running_loop().sock_recv(self.control, 1 << 20), START)
        except (OSError, TimeoutError):
            return False
        self.control.setblocking(True)
        if not data:
            return False
        state = json.loads(data)
        self.took += state["took"]
        return state["threads"] == 1 and not CHATTER.sub("", state["wrote"]).strip()

    def grow(self, modules: frozenset[str]) -> _Server | None:
        """Return a fork that is importing more, or None where this one has ended."""
        ours, theirs = _pair()
        with theirs:
            if self._ask({"modules": sorted(modules - self.modules)}, theirs.fileno()):
                return _Server(ours, modules, took=self.took)
        ours.close()

    def fork(self, arguments: list[str], kwargs: dict) -> _Process | None:
        """Return a kernel's process, or None where this server has ended."""
        pid = self._ask({"arguments": arguments, "env": kwargs["env"],
                         "cwd": str(kwargs["cwd"])}, kwargs["stdout"].fileno())
        with suppress(ProcessLookupError):
            return pid and _Process(pid)

    def _ask(self, request: dict, given: int) -> int | None:
        try:
            with self.lock:
                socket.send_fds(self.control, [json.dumps(request).encode()], [given])
                return int(self.control.recv(32) or 0) or None
        except OSError:
            return None

    def close(self) -> None:
        self.control.close()
        if self.process is not None:
            self.process.wait(10)


class _Servers:
    """All servers of this process, each started when it is first asked for."""

    def __init__(self):
        self.lock = threading.Lock()
        self.known: dict[tuple, dict[frozenset[str], Future]] = {}

    async def find(self, needed: frozenset[str], allowed: frozenset[str],
                   environ: dict[str, str]) -> _Server | None:
        """Return a server with the needed modules, and with none but those allowed.

        Returns:
            The one that is there and has most of them; else one that is starting,
            or a new one. None where there can be none.
        """
        if sys.platform != "linux":  # elsewhere a fork is not sound, or not known
            return None
        place = tuple(sorted((k, v) for k, v in environ.items() if k not in SCRATCH))
        with self.lock:
            servers = self.known.setdefault(place, {})
            fit = {modules: future for modules, future in servers.items()
                   if needed <= modules <= allowed}
            if fit:
                modules = max(fit, key=lambda modules: (_state(fit[modules]), len(modules)))
                future, ours = fit[modules], False
            else:
                there = [server for modules, future in servers.items()
                         if modules <= allowed and (server := _result(future))]
                base = max(there, key=lambda server: server.took, default=None)
                modules = needed | base.modules if base else needed
                future, ours = servers.setdefault(modules, Future()), True
                # Or whoever is stopped while waiting would cancel it for all.
                future.set_running_or_notify_cancel()
        if ours:
            try:
                future.set_result(await self._start(modules, base, environ))
            except BaseException:
                with self.lock:
                    servers.pop(modules, None)
                future.set_result(None)
                raise
        server = await asyncio.wrap_future(future)
        if server is None and modules != needed:  # what it has besides may be at fault
            return await self.find(needed, needed, environ)
        return server

    async def _start(self, modules: frozenset[str], base: _Server | None,
                     environ: dict[str, str]) -> _Server | None:
        if modules and base is None:
            base = await self.find(frozenset(), frozenset(), environ)
        if modules:
            server = base and base.grow(modules)
        else:
            ours, theirs = _pair()
            with theirs:
                server = _Server(ours, modules, subprocess.Popen(
                    [sys.executable, "-Xfrozen_modules=off", "-c", _BEGIN, str(SERVER),
                     str(theirs.fileno())], env=environ, cwd="/",
                    pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                    start_new_session=True))  # Ctrl-C is for us
        if server is None:
            return None
        ready = False
        try:
            ready = await server.ready()
        finally:
            if not ready:
                server.close()
        return server if ready else None

    def close(self) -> None:
        """End all servers."""
        with self.lock:
            for servers in self.known.values():
                for server in filter(None, map(_result, servers.values())):
                    server.close()
            self.known.clear()


class _Process:
    """A kernel's process: what Jupyter asks of `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int):
        self.pid, self.returncode = pid, None
        self._file = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """Return a status if it has ended; which one, only its parent knows."""
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> int | None:
        if self.returncode is None:
            poll = select.poll()
            poll.register(self._file, select.POLLIN)
            if poll.poll(None if timeout is None else timeout * 1000):
                self.returncode = -1
                os.close(self._file)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._file, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _result(future: Future) -> _Server | None:
    """Return a server that is there."""
    return future.result() if future.done() else None


def _state(future: Future) -> int:
    """Return how good a choice a server is: one that is there need not be waited for."""
    return 1 if not future.done() else 2 if future.result() else 0


def _pair() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


_SERVERS = _Servers()
atexit.register(_SERVERS.close)
