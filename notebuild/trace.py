"""A journal → a file in Chrome's Trace Event Format, for Perfetto and the like.

A machine is a process of the trace, a worker of it a track. A task lasts as
long as its kernel; in it stand its cells, in them what was done: values loaded,
code run, values stored. Arrows lead from a cell to the cells of other kernels
that loaded its values.
"""

from __future__ import annotations

from itertools import groupby

from .journal import Journal, Span, TaskLog

NAMES = {"start": "start the kernel", "load": "load values", "run": "run",
         "again": "run again, for values that cannot be stored", "store": "store"}


def make_trace(journal: Journal) -> dict:
    """Return the trace as JSON has it; times are microseconds."""
    hosts = [*dict.fromkeys(task.host for task in journal.tasks)]
    events: list[dict] = []
    ended: dict[str, tuple[int, int, int]] = {}  # key → pid, tid, end of its run
    loads: list[tuple[int, int, int, tuple[str, ...]]] = []

    def micro(moment: float) -> int:
        return round((moment - journal.began) * 1e6)

    def slice_(name: str, category: str, began: float, end: float, **arguments):
        events.append({"name": name, "cat": category, "ph": "X", "ts": micro(began),
                       "dur": micro(end) - micro(began), "pid": pid, "tid": tid,
                       "args": arguments})

    for pid, host in enumerate(hosts, 1):
        lanes = assign_lanes([task for task in journal.tasks if task.host == host])
        events.append(_name("process_name", pid, 0, f"notebuild on {host}"))
        for tid, lane in enumerate(lanes, 1):
            events.append(_name("thread_name", pid, tid, f"worker {tid}"))
            for task in lane:
                slice_(_task_name(task, journal), "task", task.began, task.ended,
                       kernel=task.kernel, cells=len(task.keys))
                for key, group in groupby(task.spans, lambda span: span.key):
                    spans = [*group]
                    if key:
                        slice_(_place(key, journal), "cell", spans[0].began,
                               spans[-1].ended, **_about(key, spans, journal))
                    for span in spans:
                        slice_(NAMES[span.what], span.what, span.began, span.ended)
                        if span.what == "load":
                            loads.append((pid, tid, micro(span.began), span.uses))
                        elif span.what == "store":
                            ended.setdefault(key, (pid, tid, micro(span.began)))
    number = 0
    for pid, tid, moment, keys in loads:
        for key in keys:
            if key in ended and ended[key][2] <= moment:
                number += 1
                arrow = {"name": "values", "cat": "values", "id": number}
                source = dict(zip(("pid", "tid", "ts"), ended[key], strict=True))
                events.append(arrow | source | {"ph": "s"})
                events.append(arrow | {"ph": "f", "bp": "e", "pid": pid, "tid": tid,
                                       "ts": moment})
    return {"traceEvents": events, "displayTimeUnit": "ms"}


def assign_lanes(tasks: list[TaskLog]) -> list[list[TaskLog]]:
    """Return the tasks one after the other, on as few lanes as that takes."""
    lanes: list[list[TaskLog]] = []
    for task in sorted(tasks, key=lambda task: task.began):
        for lane in lanes:
            if lane[-1].ended <= task.began:
                lane.append(task)
                break
        else:
            lanes.append([task])
    return lanes


def _about(key: str, spans: list[Span], journal: Journal) -> dict:
    uses = [used for span in spans for used in span.uses]
    return {
        "place": _place(key, journal), "key": key,
        # Its result was there; it ran for what cannot be stored.
        "cached": all(span.what != "run" for span in spans),
        "loads": [_place(used, journal) + ("" if used in journal.executed else " (cached)")
                  for used in uses],
    }


def _task_name(task: TaskLog, journal: Journal) -> str:
    """Return a task's page, or pages, without language and lines."""
    pages = dict.fromkeys(_place(span.key, journal).rpartition(":")[0]
                          for span in task.spans if span.key)
    return ", ".join(pages) or "no cell"


def _place(key: str, journal: Journal) -> str:
    return journal.places.get(key, key[:8])


def _name(what: str, pid: int, tid: int, name: str) -> dict:
    return {"name": what, "ph": "M", "pid": pid, "tid": tid, "args": {"name": name}}
