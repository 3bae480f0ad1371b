"""What a build writes down about itself, and the trace that is made of it."""

from __future__ import annotations

import json
import sys

import pytest

from notebuild.journal import make_journal, read_journal, write_journal
from notebuild.trace import make_trace

pytestmark = pytest.mark.kernel

CELLS = ("import time\nx = [1]",
         "<!-- cell: timeout=60 -->\ntime.sleep(0.3)\na = x + [2]",
         "<!-- cell: timeout=60 -->\ntime.sleep(0.3)\nb = x + [3]",
         "print(a, b)")


def trace_of(notes, build, folder) -> list[dict]:
    """Return the events of a build's trace, by way of its file."""
    places = {n.key: f"{n.cell.path}:{n.cell.line}" for nodes in build.nodes.values()
              for n in nodes}
    write_journal(make_journal(build.tasks, places), folder)
    return json.loads(json.dumps(make_trace(read_journal(folder))))["traceEvents"]


def test_a_trace_follows_the_format(notes, tmp_path):
    """Fields and types of each event; slices of a track nest or follow."""
    build = notes.run(*CELLS, workers=2)
    build.check()
    events = trace_of(notes, build, tmp_path)
    assert {event["ph"] for event in events} == {"M", "X", "s", "f"}
    tracks: dict[tuple, list[dict]] = {}
    for event in events:
        assert isinstance(event["name"], str) and event["name"]
        assert type(event["pid"]) is type(event["tid"]) is int
        if event["ph"] == "M":
            assert event["name"] in ("process_name", "thread_name")
            assert event["args"]["name"]
            continue
        assert type(event["ts"]) is int and event["ts"] >= 0 and event["cat"]
        if event["ph"] == "X":
            assert type(event["dur"]) is int and event["dur"] >= 0
            tracks.setdefault((event["pid"], event["tid"]), []).append(event)
    named = {(e["pid"], e["tid"]) for e in events if e["name"] == "thread_name"}
    assert named == {*tracks} and len(tracks) == 2
    for slices in tracks.values():
        stack: list[int] = []  # ends of the slices that are open
        for event in sorted(slices, key=lambda e: (e["ts"], -e["dur"])):
            while stack and stack[-1] <= event["ts"]:
                stack.pop()
            assert not stack or event["ts"] + event["dur"] <= stack[-1], event
            stack.append(event["ts"] + event["dur"])


def test_a_trace_tells_of_each_cell_where_it_stands_and_what_was_done(notes, tmp_path):
    """Place, key, and the stretches within; arrows from other kernels."""
    build = notes.run(*CELLS, workers=2)
    build.check()
    events = trace_of(notes, build, tmp_path)
    nodes = build.nodes["docs/page.zh.md"]
    cells = {e["args"]["key"]: e for e in events if e.get("cat") == "cell"}
    assert {*cells} == {node.key for node in nodes}
    for node in nodes:
        cell = cells[node.key]
        assert cell["name"] == cell["args"]["place"] == f"docs/page.zh.md:{node.cell.line}"
        assert cell["args"]["cached"] is False
        within = [e["name"] for e in events if e["ph"] == "X" and e["tid"] == cell["tid"]
                  and e["cat"] not in ("task", "cell")
                  and cell["ts"] <= e["ts"] < cell["ts"] + cell["dur"]]
        assert within == ["load values", "run", "store", "store"]
    assert cells[nodes[1].key]["dur"] > 300_000
    starts = [e for e in events if e.get("cat") == "start"]
    assert len(starts) == sum(e.get("cat") == "task" for e in events) > 1

    def kernel_at(event):
        (found,) = (e["args"]["kernel"] for e in events if e.get("cat") == "task"
                    and e["tid"] == event["tid"]
                    and e["ts"] <= event["ts"] < e["ts"] + e["dur"])
        return found

    # What one kernel made and another needed came to it.
    arrows = [e for e in events if e["ph"] in "sf"]
    for number in {e["id"] for e in arrows}:
        source, target = (e for e in arrows if e["id"] == number)
        assert source["ph"] == "s" and target["ph"] == "f" and target["bp"] == "e"
        assert source["ts"] <= target["ts"] and kernel_at(source) != kernel_at(target)
    assert arrows


def test_values_that_were_stored_before_are_told_as_cached(notes, tmp_path):
    """Of an edited cell alone: one slice, and the places it loaded from."""
    notes.run(*CELLS).check()
    build = notes.run(*CELLS[:3], "print(a, b, 'again')")
    (cell,) = [e for e in trace_of(notes, build, tmp_path) if e.get("cat") == "cell"]
    assert cell["args"]["loads"] and all(
        place.endswith(" (cached)") for place in cell["args"]["loads"])


def test_a_build_that_executes_nothing_has_no_tasks(notes):
    notes.run(*CELLS).check()
    assert notes.run(*CELLS).tasks == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts so")
def test_the_size_of_the_building_process_is_not_the_kernels(notes):
    """A process started by a large one takes over its peak; ours is its own."""
    large = bytearray(b"\1") * 600_000_000
    build = notes.run("x = 1", "y = bytearray(b'\\1') * 200_000_000\ndel y")
    build.check()
    small, more = (node.record.peak_bytes for node in build.nodes["docs/page.zh.md"])
    assert len(large) > small + 400_000_000
    assert 200_000_000 < more < len(large)
