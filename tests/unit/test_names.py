"""What a statement reads, binds, changes and ties, as the compiler resolves it."""

import pytest

from notebuild.names import analyse_source, imports_within, normal_form


def only(source):
    (statement,) = analyse_source(source)
    return statement


@pytest.mark.parametrize("source, reads, binds", [
    ("b = a + 1", {"a"}, {"b"}),
    ("a += 1", {"a"}, {"a"}),
    ("b = [x + a for x in c]", {"a", "c"}, {"b"}),
    ("print(b := a)", {"print", "a"}, {"b"}),
    ("for x in a:\n    y = x", {"a"}, {"x", "y"}),
    ("del a", {"a"}, {"a"}),
    ("import a.b.c", set(), {"a"}),
    ("from m import a as b", set(), {"b"}),
    ("def f(x=a):\n    return b + x", {"a"}, {"f"}),
    ("class C(B):\n    n = a\n    m = n", {"B", "a"}, {"C"}),
    ("with a as b:\n    pass", {"a"}, {"b"}),
    ("f = lambda x: x + a", set(), {"f"}),
])
def test_global_names_are_resolved_as_python_does(source, reads, binds):
    """Scopes of functions, classes and comprehensions are kept apart."""
    statement = only(source)
    assert (statement.reads - {"__name__"}, statement.binds) == (reads, binds)


@pytest.mark.parametrize("source, changed", [
    ("a[0] = 1", {"a"}), ("a.n = 1", {"a"}), ("a.b[0].c = 1", {"a"}),
    ("del a[0]", {"a"}), ("a += b", {"a"}), ("next(a)", {"a"}),
    ("setattr(a, 'n', 1)", {"a"}), ("(a, b)[0].n = 1", {"a", "b"}),
    ("b = a[0]", set()),
])
def test_changes_in_place_are_seen(source, changed):
    """Item, attribute, `+=`, and the calls that stand for them."""
    assert only(source).changes == changed


def test_a_method_may_change_its_object_unless_it_is_known_to_read():
    assert only("a.append(1)").calls == {"a"}
    assert only("a.mean()").calls == set()
    assert only("[row.append(1) for row in a]").calls >= {"a"}


@pytest.mark.parametrize("source, pair", [
    ("b = a", ("b", "a")), ("b = a[0]", ("b", "a")), ("b = [a]", ("b", "a")),
    ("b = {'k': a}", ("b", "a")), ("b = a.part", ("b", "a")),
    ("for b in a:\n    pass", ("b", "a")), ("b = c or a", ("b", "a")),
    ("match a:\n    case [b, *_]:\n        pass", ("b", "a")),
])
def test_names_that_may_share_an_object_are_tied(source, pair):
    """A change of one is a change of the other."""
    assert pair in only(source).ties


def test_functions_show_what_they_do_when_they_are_called():
    """Not at their definition: there they only bind their name."""
    statement = only("def f():\n    global n\n    n = a\n    b.append(1)")
    assert statement.later_reads >= {"a", "b"}
    assert statement.later_changes == {"n", "b"}
    assert statement.binds == {"f"} and not statement.changes | statement.calls


def test_identity_and_memory_are_questions_that_stored_values_cannot_answer():
    """`is`, `id`, and how an array lies in memory."""
    assert only("print(a is b)").compares == {"a", "b"}
    assert only("print(a is None)").compares == set()
    assert only("print(id(a))").compares == {"a"}
    assert only("print(x.base)").compares == {"x"}
    assert only("np.shares_memory(x, y)").compares >= {"x", "y"}
    assert only("def f(u, v):\n    return u is v").identity


def test_a_name_is_bound_for_certain_only_if_nothing_can_prevent_it():
    assert only("a = 1").kills == {"a"}
    assert only("if c:\n    a = 1").kills == set()
    assert only("c and (a := 1)").kills == set()
    assert only("import a.b").kills == set()  # adds to an `a` that may be there


def test_imports_inside_functions_count():
    assert imports_within("def f():\n    import math") == {"import math"}


def test_layout_and_comments_are_not_code():
    assert normal_form("a = 1  # 一") == normal_form("# one\na  =  1")
    assert normal_form("a = 1") != normal_form("a = 2")
