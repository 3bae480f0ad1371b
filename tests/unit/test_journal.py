"""The journal is whole or not there, and time goes on in it."""

import json
from itertools import count

import pytest

from notebuild import journal
from notebuild.journal import Span, TaskLog, make_journal, read_journal, write_journal
from notebuild.trace import assign_lanes


def task(began, ended, *spans):
    return TaskLog("here", 7, began, ended, [*spans])


def test_a_journal_is_read_as_it_was_written(tmp_path):
    """Places only of the cells that it names; in the order of time."""
    made = make_journal(
        [task(5.0, 9.0, Span("load", 5.5, 6.0, "b", ("a",)), Span("run", 6.0, 8.0, "b")),
         task(1.0, 4.0, Span("start", 1.0, 2.0), Span("run", 2.0, 3.0, "c"))],
        {"a": "docs/x.zh.md:1", "b": "docs/x.zh.md:5", "d": "docs/x.zh.md:9"})
    write_journal(made, tmp_path)
    assert read_journal(tmp_path) == made
    assert (made.began, made.ended) == (1.0, 9.0)
    assert [t.began for t in made.tasks] == [1.0, 5.0]
    assert {*made.places} == {"a", "b"} and made.executed == {"b", "c"}
    assert [f.name for f in tmp_path.iterdir()] == ["journal.json"]


@pytest.mark.parametrize("text", [
    "", "[]", "{", '{"format": 0}', '{"format": 1}', '{"format": 1, "tasks": [{}]}',
    '{"format": 1, "began": 0, "ended": 1, "tasks": [{"spans": [{}]}]}'])
def test_what_cannot_be_read_counts_as_not_there(tmp_path, text):
    """As of another version, or damaged: a report does without."""
    assert read_journal(tmp_path) is None
    (tmp_path / journal.FILE).write_text(text)
    assert read_journal(tmp_path) is None


def test_a_clock_that_is_set_back_does_not_turn_time_round(monkeypatch):
    """Stretches follow one another whatever the system's clock says."""
    clock = count(1000, -10)
    monkeypatch.setattr(journal.time, "time", lambda: float(next(clock)))
    log = TaskLog()
    for what in ("start", "load", "run"):
        with log.span(what):
            pass
    log.close()
    moments = [log.began, *(m for s in log.spans for m in (s.began, s.ended)), log.ended]
    assert moments == sorted(moments)


def test_what_fails_is_not_written_down():
    log = TaskLog()
    with pytest.raises(ValueError), log.span("run", "a"):
        raise ValueError
    assert not log.spans and json.dumps(log.keys) == "[]"


def test_tasks_share_a_lane_where_they_do_not_overlap():
    """No more lanes than tasks were at work at once."""
    tasks = [task(0, 4), task(1, 2), task(2, 3), task(4, 5), task(4.5, 6)]
    lanes = [[(t.began, t.ended) for t in lane] for lane in assign_lanes(tasks)]
    assert lanes == [[(0, 4), (4, 5)], [(1, 2), (2, 3), (4.5, 6)]]
