"""A process that has imported what kernels need, and forks them.

It runs as a script and imports nothing else of this package. It starts no
thread, or a fork of it would not be sound. It is told what to do through a
socket, whose end is its own.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import signal
import socket
import sys
import tempfile
import time

JUPYTER = ("IPython", "ipykernel.ipkernel", "ipykernel.kernelapp")


def serve(control: socket.socket) -> None:
    """Answer requests for as long as there is somebody to make any.

    A request comes with a file descriptor. Either it names the modules that a
    new server is to import, which then listens there; or the arguments, the
    environment and the folder of a kernel, which then writes there. The answer
    to it is the number of the new process.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever asked watches it
    while True:
        data, given, _, _ = socket.recv_fds(control, 1 << 20, 1)
        if not data:
            os._exit(0)
        request = json.loads(data)
        child = os.fork()
        if child:
            os.close(given[0])
            control.send(str(child).encode())
            continue
        control.close()
        if "modules" not in request:
            become_kernel(request, given[0])
        control = socket.socket(fileno=given[0])
        control.send(json.dumps(load(request["modules"])).encode())


def load(modules: list[str]) -> dict[str, object]:
    """Import modules; return what they wrote, how many threads there are, how long it took."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as log:
        gc.disable()  # what is imported stays; to look for garbage in it takes a fifth
        before = [os.dup(1), os.dup(2)]
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        try:
            for module in modules:
                importlib.import_module(module)
        except BaseException as error:  # the cell that imports it shall meet it
            print(repr(error), file=sys.stderr)
        for number, file in enumerate(before, 1):
            sys.stdout.flush()
            sys.stderr.flush()
            os.dup2(file, number)
            os.close(file)
        log.seek(0)
        wrote = log.read().decode("utf-8", "replace")
    gc.freeze()  # a collection would touch, and so copy, what forks share
    gc.enable()
    return {"wrote": wrote, "threads": len(os.listdir("/proc/self/task")),
            "took": time.perf_counter() - began}


def become_kernel(request: dict, output: int) -> None:
    """Do what `python -m ipykernel_launcher` does."""
    os.setsid()  # it is killed together with its children
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"], JPY_PARENT_PID=str(os.getppid()))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if random := sys.modules.get("numpy.random"):
        random.seed()  # Python's own generators are seeded anew by the fork
    launcher = importlib.util.find_spec("ipykernel_launcher").origin
    sys.argv[:] = [launcher, *request["arguments"]]
    # The environment, which says so, was read when ipykernel was imported.
    watched = f"--IPKernelApp.parent_handle={os.getppid()}"
    status = 1
    try:
        importlib.import_module("ipykernel.kernelapp").launch_new_instance(
            [*request["arguments"], watched])
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    # What computes side by side need not be interrupted by each other: three
    # trainings on two cores take a fifth less time. All forks inherit it.
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    listening = socket.socket(fileno=int(sys.argv[2]))
    listening.send(json.dumps(load([*JUPYTER])).encode())
    serve(listening)
