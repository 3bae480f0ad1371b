"""A page says when, how long, with what and where it was run."""

from functools import partial

from notebuild.render import render_stamp
from notebuild.stamp import render_build_state

RECORD = {
    "cell": "c1",
    "seconds": 63.2,
    "cpu_seconds": 100.0,
    "finished": "2026-11-23T06:40:11+00:00",
    "python": "3.11.7",
    "versions": {"tensorflow-cpu": "2.21.0", "keras": "3.15.1"},
    "machine": {"cores": 2, "cpu": "Xeon <R>", "system": "Linux x86_64"},
    "commit": "abc1234",
}


def test_a_page_without_cells_has_no_stamp():
    assert render_stamp([], locale="en", commit="abc") == ""


def test_an_english_stamp_says_all():
    later = RECORD | {"finished": "2026-11-23T15:00:00+08:00", "seconds": 189.0}
    assert render_stamp([RECORD, later], locale="en", commit="abc1234") == (
        '<section class="nb-stamp" data-search-exclude aria-label="Record of the run">'
        "<p>The outputs of the 2 cells on this page come from a real run that ended on "
        '<time datetime="2026-11-23T07:00:00Z">2026-11-23 07:00 UTC</time>,'
        " after 4 min 12 s of computing.</p><dl>"
        "<div><dt>Versions:\u00a0</dt>"
        "<dd>Python 3.11.7, keras 3.15.1, tensorflow-cpu 2.21.0</dd></div>"
        "<div><dt>Machine:\u00a0</dt><dd>2 cores, Xeon &lt;R&gt;, Linux x86_64</dd></div>"
        "<div><dt>Commit:\u00a0</dt><dd><code>abc1234</code></dd></div></dl></section>"
    )


def test_a_chinese_stamp_is_in_chinese():
    html = render_stamp([RECORD], locale="zh", commit=None)
    for text in ("本页 1 个代码单元", "2026-11-23 06:40 UTC", "1 分 3 秒", "版本：",
                 "Python 3.11.7、keras 3.15.1", "2 核，Xeon", "提交："):
        assert text in html


def test_results_of_different_runs_name_all_versions_machines_and_commits():
    other = RECORD | {
        "versions": {"keras": "3.16.0"}, "commit": "def5678", "python": "3.12.1",
        "machine": {"cores": 1, "cpu": "EPYC", "system": "Linux x86_64"},
    }
    html = render_stamp([RECORD, other], locale="en", commit=None)
    assert "Python 3.11.7, Python 3.12.1, keras 3.15.1, keras 3.16.0" in html
    assert "1 core, EPYC" in html
    assert "<code>abc1234</code>, <code>def5678</code>" in html


def test_a_record_without_a_commit_takes_the_builds():
    bare = RECORD | {"commit": None}
    assert "<code>fed4321</code>" in render_stamp([bare], locale="en", commit="fed4321")
    assert "Commit" not in render_stamp([bare], locale="en", commit=None)


def test_short_runs_are_told_in_seconds():
    for seconds, told in ((0.04, "0.0 s"), (3.25, "3.2 s"), (12.3, "12 s"),
                          (59.6, "1 min 0 s")):
        html = render_stamp([RECORD | {"seconds": seconds}], locale="en", commit=None)
        assert f"after {told} of computing" in html and "the one cell" in html


def test_the_state_of_the_build_says_when_how_long_and_what_was_checked():
    later = RECORD | {"finished": "2026-11-23T15:00:00+08:00", "seconds": 189.0}
    state = partial(render_build_state, [RECORD, later], claims=1, commit="abc1234")
    assert state(locale="en") == (
        '<dl class="nb-build" data-search-exclude aria-label="State of the build">'
        '<div><dt>Finished</dt><dd><time datetime="2026-11-23T07:00:00Z">'
        "2026-11-23 07:00 UTC</time></dd></div>"
        "<div><dt>Computing time</dt><dd>4 min 12 s</dd></div>"
        "<div><dt>Cells</dt><dd>2, all of which ran</dd></div>"
        "<div><dt>Claims</dt><dd>1, all of which hold</dd></div>"
        "<div><dt>Versions</dt><dd>Python 3.11.7, keras 3.15.1, tensorflow-cpu 2.21.0</dd>"
        "</div><div><dt>Machine</dt><dd>2 cores, Xeon &lt;R&gt;, Linux x86_64</dd></div>"
        "<div><dt>Commit</dt><dd><code>abc1234</code></dd></div></dl>"
    )
    assert "<dd>1 处，全部成立</dd>" in state(locale="zh")
    assert render_build_state([], claims=0, locale="en", commit=None) == ""
