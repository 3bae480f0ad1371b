"""Every program of every lab runs, from a fresh process, as a reader copies it.

Those of the chapter's pages: `pytest --codeblocks docs`.
"""

import pytest
from programs import Program, check, longest, programs
from smoke import set_constants

pytestmark = pytest.mark.notes
CELLS = [(path, line) for path, cells in programs().items() if ".py#" in path
         for line in cells]


@pytest.mark.parametrize("path, line", CELLS, ids=lambda value: str(value))
def test_the_program_of_a_labs_cell_runs_alone(path, line):
    if failure := check(path, line):
        pytest.fail(failure, pytrace=False)


def test_what_is_started_begins_with_what_is_asked():
    """No program counts as run that has not, to the letter, begun another."""
    for cells in programs().values():
        started = longest([*cells.values()])
        assert len({p.steps for p in started.values()}) < len(started)
        for program in cells.values():
            run = started[program.steps]
            assert run.steps[:len(program.steps)] == program.steps
            last = program.text.split("\n\n")[-1]
            if not last.startswith("assert "):  # a claim rests on a program
                assert run.text.startswith(program.text.rstrip("\n"))


def test_only_the_longest_are_started():
    some = [Program(text, tuple(text), ()) for text in ("a", "ab", "abd", "ac", "b")]
    started = longest(some)
    assert {"".join(steps): run.text for steps, run in started.items()} == {
        "a": "abd", "ab": "abd", "abd": "abd", "ac": "ac", "b": "b"}


def test_constants_are_set_at_the_top_level_only():
    scope = {}
    program = "N = 3\nM = 4\ndef f():\n    N = 5\n    return N\nfound = N, M, f()\n"
    exec(compile(set_constants(program, ["N=[1, 2]"]), "p", "exec"), scope)
    assert scope["found"] == ([1, 2], 4, 5)
