"""Runs commands and takes their time and memory, all their processes included."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

INTERVAL = 0.25  # seconds between two looks at the processes; a kernel lives longer
SHARE = 0.03     # of the time, at most, is spent looking


@dataclass(frozen=True)
class Command:
    """A program with its arguments, and the folder to run it in."""

    arguments: tuple[str, ...]
    folder: Path


@dataclass(frozen=True)
class Measured:
    """What commands that ran side by side have used.

    Attributes:
        wall: Seconds from the start of the first to the end of the last.
        cpu: Seconds of CPU, user and system, of all their processes.
        peak: Largest memory at one time, in bytes: the proportional set sizes
            of all processes, in which a page that several share counts once.
        kernels: How many Jupyter kernels they started.
    """

    wall: float
    cpu: float
    peak: int
    kernels: int


class BuildFailed(Exception):
    """A command ended with an error; the message has its last lines."""


def measure(commands: list[Command], environ: dict[str, str]) -> tuple[Measured, str]:
    """Run commands at the same time; return what they used and printed.

    Raises:
        BuildFailed: One of them has failed.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        start = time.perf_counter()
        running = [subprocess.Popen(
            command.arguments, cwd=command.folder, env=environ, stdout=log,
            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            start_new_session=True) for command in commands]
        ends: list[tuple[float, int, float]] = []
        waiting = [threading.Thread(target=_wait, args=(process, ends))
                   for process in running]
        for thread in waiting:
            thread.start()
        seen = _Seen()
        try:
            while any(thread.is_alive() for thread in waiting):
                before = time.perf_counter()
                seen.look([process.pid for process in running])
                # The system goes through all pages of a process to tell their size.
                pause = max(INTERVAL, (time.perf_counter() - before) / SHARE)
                for thread in waiting:
                    thread.join(pause / len(waiting))
        except BaseException:  # Ctrl-C: nothing goes on behind one's back
            for process in running:
                os.killpg(process.pid, signal.SIGTERM)
            raise
        log.seek(0)
        text = log.read()
    if any(status for _, status, _ in ends):
        raise BuildFailed(f"{commands[0].arguments[:4]} failed:\n{text[-4000:]}")
    # A process that nobody waited for, such as a forked kernel, is missing in what
    # the system has summed up, one that was gone between two looks in our own sum.
    cpu = max(sum(used for _, _, used in ends), sum(seen.cpu.values()))
    return Measured(max(end for end, _, _ in ends) - start, cpu, seen.peak,
                    len(seen.kernels)), text


def _wait(process: subprocess.Popen, ends: list) -> None:
    """Note when a process ended, how, and the CPU time of it and its children."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    ends.append((time.perf_counter(), process.returncode,
                 usage.ru_utime + usage.ru_stime))


class _Seen:
    """What was seen of processes and their descendants."""

    def __init__(self):
        self.peak = 0
        self.cpu: dict[int, float] = {}
        self.kernels: set[int] = set()

    def look(self, roots: list[int]) -> None:
        total = 0
        for root in roots:
            try:
                process = psutil.Process(root)
                tree = [process, *process.children(recursive=True)]
            except psutil.Error:
                continue
            for process in tree:
                try:
                    times = process.cpu_times()
                    self.cpu[process.pid] = times.user + times.system
                    if _is_kernel(process):
                        self.kernels.add(process.pid)
                    memory = process.memory_full_info()
                    total += getattr(memory, "pss", memory.uss)
                except psutil.Error:
                    continue  # it has just ended
        self.peak = max(self.peak, total)


def _is_kernel(process: psutil.Process) -> bool:
    """Return whether a process is a Jupyter kernel, started as such or forked."""
    command = process.cmdline()
    if any(part.endswith("forkserver.py") for part in command):
        return process.cwd() != "/"  # where the servers stay that fork kernels
    return "ipykernel_launcher" in command
