"""A failure says where, what, and what to do next."""

import pickle

from notebuild.errors import CellError, Failures, NotebuildError, PageError

WHOLE = CellError("ZeroDivisionError: division by zero", path="docs/a.zh.md", line=7,
                  text="b = 1 / 0\n", detail="Traceback\n  row", hint="do not")


def test_a_message_reads_like_a_compilers():
    """Place and reason, the source line, the detail indented, the remedy last."""
    assert str(WHOLE).splitlines() == [
        "docs/a.zh.md:7: ZeroDivisionError: division by zero",
        "     7 | b = 1 / 0", "    Traceback", "      row", "  → do not"]


def test_what_is_not_known_leaves_no_trace():
    """Without place, line or hint nothing stands in their stead."""
    assert str(NotebuildError("why")) == "why"
    assert str(PageError("why", path="docs/a.zh.md")) == "docs/a.zh.md: why"


def test_a_failure_crosses_processes_whole():
    """Tasks may run elsewhere: kind and message survive the way back."""
    copy = pickle.loads(pickle.dumps(WHOLE))
    assert type(copy) is CellError and str(copy) == str(WHOLE)


def test_several_failures_are_all_shown():
    """Each with its own place, also after a pickle."""
    both = Failures([WHOLE, PageError("why", path="docs/b.en.md", line=1, text="x")])
    for failures in (both, pickle.loads(pickle.dumps(both))):
        assert str(WHOLE) in str(failures) and "docs/b.en.md:1: why" in str(failures)


def test_a_failure_that_two_pages_share_is_told_once():
    """The languages of a lab are one file: what fails in both fails once."""
    one, other = (PageError("bad", path="lab.py", line=n) for n in (3, 4))
    both = Failures([Failures([one, other]), Failures([one])])
    assert both.failures == [one, other]
    assert str(both).count("lab.py:3") == 1
