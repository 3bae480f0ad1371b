"""What was measured is recorded, judged and shown as it is, in both languages."""

import json

import pytest
from bench import results
from bench.chapters import make_chapter, make_chapters
from bench.measure import BuildFailed, Command, measure
from bench.peers import SIGNS, shortened
from bench.tools import NOTEBUILD, PEERS, ROOT, write_site
from bench.workload import EDITS, as_fences, as_notebook, edit

from notebuild.benchmarks import FILE, Results, fill_benchmarks
from notebuild.errors import PageError
from notebuild.extract import extract_cells
from notebuild.schedule import plan
from notebuild.site import Site


def runs(*walls, kernels=0):
    return [{"wall": wall, "cpu": wall * 2, "peak": 2**20, "kernels": kernels}
            for wall in walls]


@pytest.fixture
def data():
    """Measurements of our choosing."""
    tools = {"notebuild default": 10, "mkdocs default": 4, "one default": 40,
             "one parallel": 20, "two default": 50, "two parallel": 30}
    sizes = {10: 12.0, 100: 30.0, 1000: 210.0}
    about = {"when": "2026-01-02T03:04:05+00:00", "commit": "abcdefg", "load": 0.25,
             "machine": {"cores": 2, "cpu": "A processor", "system": "Linux x86_64"}}
    return {
        "peers": {
            "about": about | {"workload": {"reviews": 5000, "epochs": 3},
                              "versions": {"notebuild": {"Python": "3.11"}}},
            "runs": {"cold": {tool: runs(wall) for tool, wall in tools.items()},
                     "unchanged": {tool: runs(wall - 1, wall, wall + 9)
                                   for tool, wall in tools.items()}}},
        "scale": {
            "about": about | {"load": 0.5},
            "sizes": {str(size): {"cells": size * 22, "read": size * 0.002,
                                  "plan": size * 0.001, "build": runs(wall),
                                  "plain": runs(wall / 2)}
                      for size, wall in sizes.items()}}}


def test_ratios_are_those_of_medians_and_to_the_fastest(data):
    found = Results(data)
    assert found.fastest("cold", "default") == "one default"
    assert found.fastest("cold", "parallel") == found.fastest("cold") == "one parallel"
    assert found.ratio("cold", "one default") == 0.25
    assert found.value("unchanged", "one default", "wall") == 40


def test_targets_are_held_against_what_was_measured(data):
    targets = {target.name: target for target in Results(data).targets()}
    assert targets["cold"].met and targets["cold-parallel"].met
    assert targets["kernels"].met
    assert targets["unchanged"].value == 2.5 and not targets["unchanged"].met
    assert targets["plot"].value is None and not targets["plot"].met  # not measured
    assert targets["planning"].value == pytest.approx(1)


def test_growth_is_one_where_each_chapter_takes_the_same(data):
    assert Results(data).growth("build", "cpu") == pytest.approx(1)
    data["scale"]["sizes"]["1000"]["build"] = runs(400.0)
    assert Results(data).growth("build", "cpu") > 2


def test_both_languages_show_the_same_numbers(data, tmp_path):
    (tmp_path / FILE).write_text(json.dumps(data), "utf-8")
    pages = [fill_benchmarks((ROOT / "docs" / f"benchmarks.{code}.md").read_text("utf-8"),
                             "page.md", tmp_path, code) for code in ("zh", "en")]
    rows = [[[cell.strip() for cell in row.split("|")[2:-1]] for row in page.splitlines()
             if row.startswith("| ") and any(c.isdigit() for c in row)] for page in pages]
    assert "<!-- benchmark" not in "".join(pages)
    numbers = [[cell for row in table for cell in row if cell[:1].isdigit()]
               for table in rows]
    assert numbers[0] == numbers[1] and len(numbers[0]) > 40
    assert "| 1,000 | 22,000 | 2.0 | 1.0 | 210.0 | 105.0 |" in pages[1]
    for page in pages:  # each part says when and where it was measured
        assert page.count("2026-01-02 03:04 UTC") == 2 and "0.2" in page and "0.5" in page


@pytest.mark.parametrize("mark, recorded, words", [
    ("nothing", True, "no part ‘nothing’"), ("wall", False, "nothing was recorded")])
def test_what_cannot_be_shown_is_told_with_its_line(mark, recorded, words, data, tmp_path):
    if recorded:
        (tmp_path / FILE).write_text(json.dumps(data), "utf-8")
    with pytest.raises(PageError, match=words) as failure:
        fill_benchmarks(f"# A\n\n<!-- benchmark: {mark} -->\n", "page.md", tmp_path, "en")
    assert failure.value.line == 3


def test_a_run_of_one_part_keeps_the_record_of_the_other(data, tmp_path):
    file = tmp_path / FILE
    results.write({"peers": data["peers"]}, file)
    results.write({"scale": {"about": {}, "sizes": {"10": {"plan": 1 / 3}}}}, file)
    written = json.loads(file.read_text("utf-8"))
    assert written["peers"] == data["peers"]
    assert written["scale"]["sizes"]["10"]["plan"] == 0.3333


def test_the_record_in_the_repository_can_be_read():
    assert results.RECORD.is_file()
    assert Results(json.loads(results.RECORD.read_text("utf-8"))).targets()


@pytest.fixture(scope="module")
def pages():
    return shortened(500, 1)


def test_the_shortened_chapter_has_the_same_cells_in_both_languages(pages):
    keys = [[cell.source for cell in extract_cells(text, "page.md")
             if not cell.inline and "#" not in cell.source] for text in pages.values()]
    assert keys[0] == keys[1] and len(keys[0]) > 20
    assert "epochs = 1\n" in pages["en"] and "iloc[::50]" in pages["en"]
    assert not any(cell.claim for cell in extract_cells(pages["en"], "page.md"))


def test_each_edit_finds_its_one_place_and_shows(pages):
    for scenario in EDITS:
        for text in pages.values():
            edited = edit(text, scenario)
            assert edited != text
            assert all(sign in edited for sign in SIGNS[scenario])


def test_an_edit_without_its_place_is_an_error():
    with pytest.raises(ValueError, match="0 places"):
        edit("# Nothing\n", "plot")


def test_all_tools_get_the_same_code(pages):
    cells = [cell.source.strip() for cell in extract_cells(pages["en"], "page.md")
             if not cell.inline]
    notebook = json.loads(as_notebook(pages["en"]))
    assert [str.join("", cell["source"]) for cell in notebook["cells"]
            if cell["cell_type"] == "code"] == cells
    assert as_fences(pages["en"], "page").count('```python exec="on"') == len(cells)


def test_parallel_gives_each_language_a_project(tmp_path):
    for tool in PEERS:
        commands = tool.commands(tmp_path, tmp_path)
        assert len(commands) == (1 if tool.mode == "default" else 2)
        assert all(str(tmp_path / tool.name) in command.arguments[0] for command in commands)


def test_made_up_chapters_agree_and_share_no_more_than_imports(tmp_path):
    """They are what the site's own checks ask of pages."""
    write_site(tmp_path, dict(make_chapters(3)))
    site = Site(tmp_path)
    nodes = plan(site.pages(), site.store)
    assert len(nodes) == 6
    keys = [{node.key for node in nodes[path]} for path in nodes if path.endswith("zh.md")]
    assert len(keys[0] & keys[1]) == len(keys[0] & keys[2]) == 1
    assert make_chapter(1, "en") != make_chapter(2, "en")


def test_the_copied_site_has_no_navigation_and_its_hooks_only_where_wanted(tmp_path):
    write_site(tmp_path / "a", {"index.zh.md": "# A\n"}, features=("navigation.prune",))
    write_site(tmp_path / "b", {"index.zh.md": "# A\n"}, hooks=False)
    ours, plain = ((tmp_path / name / "mkdocs.yml").read_text("utf-8") for name in "ab")
    assert "hooks:" in ours and "hooks:" not in plain
    assert "\nnav:" not in ours and "    - navigation.prune\n" in ours
    assert "navigation.sections" not in ours and "    - navigation.sections" in plain
    assert not (tmp_path / "a" / "notebuild").is_symlink()


def test_what_commands_use_is_measured_with_their_children(tmp_path):
    code = ("import subprocess, sys; subprocess.run([sys.executable, '-c', "
            "'x = bytearray(60_000_000); [i for i in range(9_000_000)]'])")
    python = NOTEBUILD.commands(tmp_path, tmp_path)[0].arguments[0]
    used, _ = measure([Command((python, "-c", code), tmp_path)], NOTEBUILD.environ())
    assert used.cpu > 0.1 and used.wall > 0.1 and used.kernels == 0


def test_a_failing_command_is_told_with_what_it_printed(tmp_path):
    python = NOTEBUILD.commands(tmp_path, tmp_path)[0].arguments[0]
    with pytest.raises(BuildFailed, match="no such thing"):
        measure([Command((python, "-c", "raise SystemExit('no such thing')"), tmp_path)],
                NOTEBUILD.environ())
