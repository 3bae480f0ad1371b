"""With many pages a build plans what has news, and no more."""

from unittest import mock

from inprocess import build, make_page

from notebuild import schedule
from notebuild.schedule import plan_page
from notebuild.store import Store

CELLS = ["start = {}", "more = start + 1", "print(more)"]


def chapters(count):
    return [make_page([cell.format(n) for cell in CELLS], f"docs/chapter-{n}.zh.md")
            for n in range(count)]


def planned(count, folder):
    """Return how many pages were planned, and made tasks of, in a build of `count`."""
    tasks = []

    def build_tasks(pages, *others):
        tasks.append(len(pages))
        return schedule_tasks(pages, *others)

    schedule_tasks = schedule.build_tasks
    with (mock.patch.object(schedule, "plan_page", side_effect=plan_page) as plans,
          mock.patch.object(schedule, "build_tasks", build_tasks)):
        built = build(chapters(count), folder)
    assert len(built.executed) == 3 * count
    return plans.call_count, sum(tasks)


def test_planning_grows_with_the_pages_not_with_their_square(tmp_path):
    """Four times the chapters are four times the work, as each is done."""
    few, many = planned(8, tmp_path / "few"), planned(32, tmp_path / "many")
    assert [b / a for a, b in zip(few, many)] == [4, 4]


def test_a_page_that_shares_a_cell_is_planned_with_it(tmp_path):
    """What one page has executed the other does not execute again."""
    one, other = make_page(["start = 1", "a = start + 1"], "docs/one.zh.md"), make_page(
        ["start = 1", "b = start + 2"], "docs/other.zh.md")
    built = build([one, other, *chapters(5)], tmp_path, order=3)
    keys = [{node.key for node in built.nodes[page.path]} for page in (one, other)]
    assert len(keys[0] & keys[1]) == 1
    assert keys[0] | keys[1] <= built.executed
    assert all(node.done for nodes in built.nodes.values() for node in nodes)


def test_the_store_is_asked_about_what_has_news(tmp_path):
    """Not about every cell whenever one is done."""
    with mock.patch.object(Store, "record", autospec=True, side_effect=Store.record) as asked:
        build(chapters(4), tmp_path / "few", workers=2)
        few = asked.call_count
        build(chapters(16), tmp_path / "many", workers=2)
    assert asked.call_count - few < 5 * few
