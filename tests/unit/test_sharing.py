"""Pages on which a text does not show who shares what with whom.

Each was published wrong, refused, or built for ever at some time, and stands
here so that it is not again. By graph they print what they print top to bottom.
"""

import pytest
from inprocess import build, make_page, published, top_to_bottom

PAGES = {
    "a class that changes in what holds its objects": [
        "class C:\n    n = 0\no = C()", "C.n = 5", "print(o.n)"],
    "a class that its object changes": [
        "class C:\n    n = 0\n    def add(self):\n        type(self).n += 1",
        "o = C()", "o.add()", "print(C.n, o.n)"],
    "a class defined by a cell that runs again": [
        "class C:\n    pass\ng = (n for n in range(3))", "o = C()",
        "print(next(g), isinstance(o, C))"],
    "the same class twice": [
        "class C:\n    pass", "o = C()", "class C:\n    pass", "print(isinstance(o, C))"],
    "a generator that holds a list": [
        "def gen(u):\n    for n in range(3):\n        u.append(n)\n        yield u\nv = []",
        "g = gen(v)", "print(next(g))", "v.append('x')", "print(next(g), v)", "print(v)"],
    "the identity of numbers": [
        "a = 1.5\ndef f(x):\n    return x", "b = f(a)", "print(a is b)"],
    "identity asked inside a function": [
        "a = []\ndef same(u, v):\n    return u is v", "b = [a]", "print(same(a, b[0]))"],
    "objects found by identity": [
        "class C:\n    pass\no = C()", "a = [o]", "print(o in a, a.index(o))"],
    "a view changed in place": [
        "import numpy as np\nx = np.zeros(4)", "y = x[:2]", "y[0] = 1", "print(x)"],
    "whose memory an array uses": [
        "import numpy as np\nx = np.arange(4)\ny = x[1:]",
        "print(np.shares_memory(x, y), y.base is x)"],
    "a loop variable that changes what it came from": [
        "a = [1]\nc = [a]", "d = {'k': a}", "for part in [*c]:\n    part += [6]",
        "print(a, c, d)"],
    "a function handed on by a function": [
        "o = {}\ndef put(u, f):\n    u['f'] = f\nk = 7", "def h():\n    return k",
        "put(o, h)\nprint(1)", "print(o['f']())"],
    "a default that remembers": [
        "def f(u=[]):\n    u.append(1)\n    return len(u)", "print(f())", "g = f",
        "print(g(), f())"],
    "a counter in a closure": [
        "def make():\n    n = 0\n    def count():\n        nonlocal n\n        n += 1\n"
        "        return n\n    return count\nc = make()", "print(c())", "d = c",
        "print(d(), c())"],
    "a name deleted by itself": ["n = 1\nm = 2", "del n", "n = m", "print(n)"],
    "a value asked for twice": [
        "x = [0]", "x.append(1)\ng = (n for n in x)", "x = [0]", "print(x, next(g))"],
    "a name shared again after it was bound anew": [
        "a = []\nb = [a]", "a = [5]", "b = [a]", "b[0].append(1)", "print(a)"],
}


@pytest.mark.parametrize("order", range(4))
@pytest.mark.parametrize("cells", PAGES.values(), ids=PAGES.keys())
def test_what_is_shared_stays_shared(cells, order, tmp_path, monkeypatch):
    """In any order of tasks; afterwards there is nothing left to do."""
    monkeypatch.chdir(tmp_path)
    page = make_page(cells)
    text = top_to_bottom(page)
    built = build([page], tmp_path / "store", order)
    built.check()
    assert published(built, page, tmp_path / "store") == text
    assert not build([page], tmp_path / "store").executed


def test_views_stay_views_when_only_a_later_cell_changes_them(tmp_path, monkeypatch):
    """A result stored when nothing was changed does not mislead an edited page."""
    monkeypatch.chdir(tmp_path)
    cells = ["import numpy as np\nx = np.zeros(3)\ny = x[:1]", "print(x)"]
    build([make_page(cells)], tmp_path / "store").check()
    page = make_page([*cells, "y[0] = 1", "print(x)"])
    built = build([page], tmp_path / "store")
    assert published(built, page, tmp_path / "store") == top_to_bottom(page)


def test_pages_that_differ_in_comments_execute_each_cell_once(tmp_path, monkeypatch):
    """Two languages, one run."""
    monkeypatch.chdir(tmp_path)
    pages = [make_page(["a = 1  # 一", "print(a)"], "docs/p.zh.md"),
             make_page(["# one\na = 1", "print( a )"], "docs/p.en.md")]
    built = build(pages, tmp_path / "store")
    assert len(built.executed) == 2
    assert [n.key for n in built.nodes["docs/p.zh.md"]] == [
        n.key for n in built.nodes["docs/p.en.md"]]


def test_a_failure_is_told_at_its_cell_and_the_rest_is_done(tmp_path, monkeypatch):
    """What depends on it is left out; the next build starts from what is stored."""
    monkeypatch.chdir(tmp_path)
    cells = ["a = 1", "b = a / 0", "print(b)", "print(a)"]
    built = build([make_page(cells)], tmp_path / "store")
    (failure,) = built.failures
    assert failure.line == built.nodes["docs/page.zh.md"][1].cell.line
    assert len(built.executed) == 2
    mended = make_page([cells[0], "b = a / 2", *cells[2:]])
    assert len(build([mended], tmp_path / "store").executed) == 2
