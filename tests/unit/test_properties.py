"""Whatever a page does, by graph it prints what it prints top to bottom.

Generated pages are run both ways (see `inprocess` and `generated_pages`).
More examples: ``NOTEBUILD_EXAMPLES=20000 pytest tests/unit/test_properties.py``.
"""

import os
import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from generated_pages import as_page, cells, mend, pages
from hypothesis import HealthCheck, assume, event, example, given, settings
from hypothesis import strategies as st
from inprocess import build, published, top_to_bottom

from notebuild.errors import NotebuildError

EXAMPLES = int(os.environ.get("NOTEBUILD_EXAMPLES", 100))
MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None  # many small files
many = settings(
    max_examples=EXAMPLES, deadline=None, print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large,
                           HealthCheck.filter_too_much])
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@contextmanager
def empty_folders():
    """Give a folder for the store, and another one to work in."""
    make = partial(tempfile.TemporaryDirectory, dir=MEMORY)
    with make() as store, make() as work:
        before = os.getcwd()
        os.chdir(work)
        try:
            yield Path(store)
        finally:
            os.chdir(before)


def expected(page):
    """Return what a page prints top to bottom, if it does so every time."""
    first = top_to_bottom(page)
    assume(first == top_to_bottom(page))
    assume(not any(" at 0x" in text for text in first))
    return first


def check_or_refuse(built, page, folder, text):
    """Compare with the text; return whether the build refused instead."""
    if built.failures:
        event("refused: " + str(built.failures[0].what)[:60])
        return True
    assert published(built, page, folder) == text
    return False


def try_build(*args, **options):
    try:
        return build(*args, **options)
    except NotebuildError as error:
        event(f"refused: {error.what[:60]}")
        return None


@many
@given(page=pages(), order=st.integers(0, 9), workers=st.sampled_from([1, 9]))
def test_by_graph_is_top_to_bottom(page, order, workers):
    """Any page, its tasks in any order, prints the same; and is done then."""
    page = as_page(page)
    with empty_folders() as folder:
        text = expected(page)
        built = try_build([page], folder, order, workers)
        if built is None or check_or_refuse(built, page, folder, text):
            return
        event("published")
        assert not build([page], folder).executed


@many
@given(page=pages(), cell=cells(), place=st.integers(0, 9), order=st.integers(0, 9))
def test_an_edited_cell_is_as_if_it_had_always_stood_there(page, cell, place, order):
    """After an edit, what is stored and what is run anew fit together."""
    place %= len(page) or 1
    edited = as_page(mend([*page[:place], cell, *page[place + 1:]]))
    page = as_page(page)
    with empty_folders() as folder:
        text = expected(edited)
        if try_build([page], folder) is None:
            return
        built = try_build([edited], folder, order)
        if built is None or check_or_refuse(built, edited, folder, text):
            return
        event("published")
        assert not build([edited], folder).executed


@many
@example(  # one page's cell that changes a generator, the other page's that reads it
    page=[["n = 1\nm = 2"], ["a = [1, 2]\nb = a\nc = [a]"],
          ["it = (a.append(n) for n in range(3))", "print(n, m)"], ["n = 3", "print(a)"]],
    ends=(["c[0].append(4)"], ["n = 3"]), order=0)
@example(  # a cell that runs again here for a value that the other page never asks for
    page=[["it = iter([1, 2, 3])"],
          ["class C:\n    n = 0\n    l = []\n    def add(self, u=1):\n"
           "        self.n += 1\n        return self.l\no = C()\np = C()"],
          ["a = [1, 2]\nb = a\nc = [a]"],
          ["o.l = a", "with open('/dev/null') as b:\n    print(b.read())"],
          ["k: int = 8", "print(b, c)"]],
    ends=(["print(next(it))"], ["h = c.pop"]), order=1)
@given(page=pages(max_cells=5), ends=st.tuples(cells(), cells()), order=st.integers(0, 9))
def test_pages_with_the_same_beginning_do_not_disturb_each_other(page, ends, order):
    """Two pages share what is equal; each prints what it prints alone."""
    both = [as_page(mend([*page, end]), f"docs/{name}.zh.md")
            for name, end in zip("pq", ends)]
    with empty_folders() as folder:
        texts = [expected(page) for page in both]
        built = try_build(both, folder, order)
        if built is None or built.failures:
            return
        for page, text in zip(both, texts):
            assert published(built, page, folder) == text
        assert not build(both, folder).executed
