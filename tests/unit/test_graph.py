"""What depends on what, and what makes a result stale."""

from __future__ import annotations

import pytest
from inprocess import make_page

from notebuild.errors import NotebuildError
from notebuild.graph import build_tasks, plan_page


def plan(*cells, environment=lambda imports: {}):
    return plan_page(make_page([*cells]), environment, lambda key: None)


def programs(*cells) -> list[tuple[int, ...]]:
    return [node.program for node in plan(*cells)]


def test_a_program_is_the_smallest_set_of_earlier_cells():
    """The plot needs training and data, not the cell between."""
    assert programs("data = 1", "other = 2", "trained = data + 1", "print(trained)") == [
        (), (), (0,), (0, 2)]


def test_functions_bring_what_they_read_when_they_are_called():
    """The global of a function counts from its latest value."""
    assert programs("def f():\n    return rate", "rate = 1", "rate = 2", "f()") == [
        (), (), (), (0, 2)]


def test_a_change_in_place_comes_before_later_readers():
    """Items, methods, attributes, through another name of the same object."""
    assert programs("a = []", "b = a", "b.append(1)", "print(a)")[3] == (0, 1, 2)


def test_methods_that_only_read_make_nobody_wait():
    """describe(), head() and their like change nothing."""
    assert programs("t = {}", "t.keys()", "print(t)")[2] == (0,)


def test_loop_variables_tie_no_cells_together():
    """Two loops over i have nothing to do with each other."""
    assert programs("for i in range(3):\n    print(i)",
                    "for i in range(4):\n    print(i)") == [(), ()]
    assert programs("for i in range(3):\n    pass", "print(i)")[1] == (0,)


@pytest.mark.parametrize("source, words", [
    ("print(missing)", "‘missing’ is not defined by any earlier cell"),
    ("print(globals())", "cannot be seen"),
])
def test_names_that_nobody_defines_are_refused(source, words):
    """The message names the line; names in functions may come later."""
    with pytest.raises(NotebuildError, match=words) as caught:
        plan("a = 1", source)
    assert "docs/page.zh.md:6" in str(caught.value)


def test_a_name_deleted_by_an_earlier_cell_is_refused_with_its_line():
    """Using it would fail top to bottom as well."""
    with pytest.raises(NotebuildError, match="was deleted in line 5"):
        plan("x = 1", "del x", "print(x)")


def test_comments_and_layout_do_not_change_a_key():
    """Two languages, one result."""
    (one,) = plan("x = 1  # 一\nprint( x )")
    (other,) = plan("# one\nx = 1\n\nprint(x)")
    assert one.key == other.key


def test_code_upstream_and_environment_change_a_key():
    """What the result depends on, and nothing else."""
    def key(*cells, **options):
        return plan(*cells, **options)[-1].key

    base = key("a = 1", "b = 2", "print(a)")
    assert key("a = 1", "b = 3", "print(a)") == base
    assert key("a = 2", "b = 2", "print(a)") != base
    assert key("a = 1", "b = 2", "print(a, 1)") != base
    assert key("a = 1", "b = 2", "print(a)", environment=lambda _: {"python": "4"}) != base


def test_the_environment_is_asked_for_the_imports_of_the_program_only():
    """A package that the program does not import cannot make it stale."""
    asked = []
    plan("import json", "import math", "print(math.pi)",
         environment=lambda imports: asked.append([*imports]) or {})
    assert asked[-1] == ["import math"]


def sources(nodes, seconds, **options) -> list[list[str]]:
    """Return the code of each task's cells; `seconds`: of a cell, by its index."""
    took = {nodes[i].cell: s for i, s in seconds.items()}
    tasks = build_tasks([nodes], seconds=lambda cell: took.get(cell, 1.0), **options)
    return [[step.cell.source for step in task.steps] for task in tasks]


def test_long_cells_are_tasks_of_their_own_and_the_longest_goes_on():
    """Three trainings after one preparation: the longest goes on in its kernel."""
    nodes = plan("data = 1", "a = data", "b = data", "c = data")
    chains = sources(nodes, {1: 9.0, 2: 50.0, 3: 9.0})
    assert sorted(chains) == [["a = data"], ["c = data"], ["data = 1", "b = data"]]


def test_short_cells_share_a_kernel_and_nothing_long_waits_for_them():
    """A kernel takes seconds to start: a cell that takes none has no own one."""
    nodes = plan("x = 1", "y = x", "data = 1", "a = data", "print(data, y)",
                 "b = data", "print(a)", "print(a, b)", "assert a == b")
    chains = sources(nodes, {3: 50.0, 5: 40.0})
    assert chains == [["data = 1", "a = data", "print(a)"], ["b = data"],
                      ["x = 1", "y = x"], ["print(data, y)"],
                      ["print(a, b)", "assert a == b"]]


def test_what_other_long_cells_wait_for_comes_before_a_long_one():
    """The second model is built before the first is trained, which needs no second."""
    nodes = plan("data = 1", "one = data", "fit = one, data", "best = fit", "two = data",
                 "again = two, data")
    chains = sources(nodes, {2: 50.0, 5: 40.0})
    assert chains == [["data = 1", "one = data", "two = data", "fit = one, data",
                       "best = fit"], ["again = two, data"]]


def test_short_cells_come_in_the_order_of_the_work_that_waits_for_them():
    nodes = plan("data = 1", "small = data", "fit = small", "large = data", "again = large")
    chains = sources(nodes, {2: 20.0, 4: 50.0})
    assert chains[0][:3] == ["data = 1", "large = data", "small = data"]


def test_a_long_cell_stays_before_what_binds_a_name_that_it_reads():
    """The value may be one that cannot be stored: then it is there only until then."""
    nodes = plan("data = iter([1])", "long = data", "data = [2]", "again = data")
    chains = sources(nodes, {1: 50.0, 3: 40.0})
    assert ["data = iter([1])", "long = data"] in [chain[:2] for chain in chains]


def test_short_cells_of_two_pages_have_two_kernels():
    """Chapters run side by side."""
    pages = [plan("x = 1", "print(x)"), plan("y = 2", "print(y)")]
    assert len(build_tasks(pages)) == 2


def test_what_needs_a_failed_cell_is_left_out_and_the_rest_is_planned():
    """A failure stops only what depends on it."""
    nodes = plan("x = 1", "y = x", "z = y", "print(x)")
    assert sources(nodes, {}, failed=[nodes[1].key]) == [["x = 1", "print(x)"]]
