"""What real kernels publish is what top to bottom publishes."""

from __future__ import annotations

import threading

import pytest
from small_notes import PATH, write_page

from notebuild import warm
from notebuild.environment import Settings
from notebuild.execute import execute_page
from notebuild.extract import extract_cells
from notebuild.model import Page

pytestmark = pytest.mark.kernel


def top_to_bottom(notes, *cells) -> list[str]:
    page = Page(PATH, tuple(extract_cells(write_page(*cells), PATH)))
    return ["".join(o.get("text", "") for o in outputs)
            for outputs in execute_page(page, Settings(notes.folder))]


def test_cells_that_do_not_need_each_other_run_side_by_side(notes):
    """Each of two long cells sees the other one at work."""
    meet = ("<!-- cell: timeout=60 -->\nimport pathlib, time\n"
            f"here = pathlib.Path({str(notes.folder)!r}).parent\n"
            "(here / '%s').touch()\nfor _ in range(200):\n"
            "    if (here / '%s').exists():\n        break\n    time.sleep(0.1)\n"
            "print((here / '%s').exists())")
    notes.run(meet % ("a", "b", "b"), meet % ("b", "a", "a"), workers=2).check()
    assert notes.texts() == ["True\n", "True\n"]


def test_what_can_be_done_meanwhile_is_done_only_where_something_is_executed(notes):
    done = threading.Event()
    cell = "import time\ntime.sleep(0.5)"
    notes.run(cell, meanwhile=done.set).check()
    assert done.is_set()
    done.clear()
    notes.run(cell, meanwhile=done.set).check()
    assert not done.wait(0.5)


def test_a_changed_argument_reaches_the_cells_after_it(notes):
    """A function that changes its argument is found out, and order is kept."""
    cells = ("x = [1]", "def f(v):\n    v.append(2)\nf(x)", "print(x)",
             "y = [x]", "def g(v):\n    v[0].append(3)\ng(y)", "print(x, y)")
    notes.run(*cells).check()
    assert notes.texts() == top_to_bottom(notes, *cells)
    assert not notes.run(*cells).executed


def test_a_value_that_cannot_be_pickled_is_computed_again(notes):
    """A generator goes on where the cell above left it, in any kernel."""
    cells = ("g = (n * n for n in range(9))", "print(next(g))", "print(next(g))")
    notes.run(*cells).check()
    edited = (*cells[:2], "print(next(g), 'again')")
    assert len(notes.run(*edited).executed) == 1
    assert notes.texts() == ["", "0\n", "1 again\n"]


def test_a_function_takes_its_source_to_other_kernels(notes):
    """What reads the source of a function (tf.function, inspect) finds it there."""
    cells = ("def f(x):\n    return [x for _ in range(2)]  # twice", "print(f(1))")
    notes.run(*cells).check()
    edited = (cells[0], "import inspect\nprint(inspect.getsource(f))")
    assert len(notes.run(*edited).executed) == 1
    assert notes.texts() == ["", cells[0] + "\n\n"]


def test_random_numbers_go_on_where_the_cell_above_stopped(notes):
    """An edit of the drawing cell alone gives what top to bottom gives."""
    cells = ("import numpy as np\nnp.random.seed(3)\nx = np.random.rand()",
             "print(x, np.random.rand())")
    notes.run(*cells).check()
    edited = (cells[0], "print('and', x, np.random.rand())")
    assert len(notes.run(*edited).executed) == 1
    assert notes.texts() == top_to_bottom(notes, *edited)


def test_random_numbers_of_tensorflow_go_on_without_importing_it_for_nothing(notes):
    """A plot below seeded training does not wait for it; what draws finds its state."""
    cells = ["import keras\nimport sys",
             "keras.utils.set_random_seed(3)\nx = float(keras.random.uniform([]))",
             "print(x, 'tensorflow' in sys.modules)"]
    notes.run(*cells).check()
    warm._SERVERS.close()  # or the kernel may be the fork of one that has it
    cells[2] = "print('and', x, 'tensorflow' in sys.modules)"
    assert len(notes.run(*cells).executed) == 1
    assert notes.texts()[2].endswith("False\n")
    cells[2] = "tf = __import__('tensor' + 'flow')\nprint(float(tf.random.uniform([])), x)"
    assert len(notes.run(*cells).executed) == 1
    assert notes.texts() == top_to_bottom(notes, *cells)


def test_drawing_what_another_cell_seeded_is_refused(notes):
    """Line of both cells and the remedy."""
    build = notes.run(
        "import numpy as np", "np.random.seed(3)", "print(np.random.rand())")
    text = str(build.failures[0])
    assert "draws from a global random generator" in text
    assert "docs/page.zh.md:11" in text and "line 7" in text


@pytest.mark.parametrize("change", [
    "np.set_printoptions(precision=2)", "np.seterr(divide='raise')",
    "import os\nos.chdir('/')", "open('left-behind.txt', 'w').close()"])
def test_a_setting_of_the_whole_process_is_refused_unless_it_is_a_setup(notes, change):
    """Other kernels would not see it; with the option they do."""
    show = "print(np.float64(1) / np.array([3.0]), np.geterr())"
    build = notes.run("import numpy as np", change, show)
    assert "which cells in other kernels would not see" in str(build.failures[0])
    cells = ("import numpy as np", "<!-- cell: setup -->\n" + change, show)
    notes.run(*cells).check()
    assert notes.texts() == top_to_bottom(notes, *cells)


def test_a_figure_comes_as_svg_and_its_style_from_the_project(notes):
    """One image of a drawing cell; the setup of rcParams reaches it."""
    notes.run("import matplotlib.pyplot as plt", "plt.rcParams['lines.linewidth'] = 7",
              "plt.plot([1, 2])\nplt.show()").check()
    (output,) = notes.store.result(notes.build.nodes["docs/page.zh.md"][2].key).outputs
    svg = "".join(output["data"]["image/svg+xml"])
    assert "<svg" in svg and "stroke-width: 7" in svg


def test_a_model_trains_alike_whichever_kernel_it_is_in(notes):
    """A new learning rate alone, from stored values: as if run from the top."""
    cells = [
        "import keras\nimport numpy as np",
        "x = np.random.default_rng(0).normal(size=(64, 4))\ny = x.sum(1) > 0",
        "keras.utils.set_random_seed(1)\nmodel = keras.Sequential([\n"
        "    keras.Input(shape=(4,)), keras.layers.Dense(8, activation='relu'),\n"
        "    keras.layers.Dropout(0.5), keras.layers.Dense(1, activation='sigmoid')])\n"
        "model.count_params()",
        "model.compile(optimizer=keras.optimizers.RMSprop(0.01), "
        "loss='binary_crossentropy')\n"
        "history = model.fit(x, y, epochs=2, batch_size=8, verbose=0).history\n"
        "print(history['loss'])",
        "print(model.predict(x[:2], verbose=0).round(6).tolist())",
    ]
    notes.run(*cells).check()
    cells[3] = cells[3].replace("0.01", "0.02")
    edited = notes.run(*cells)
    edited.check()
    assert len(edited.executed) == 2
    assert notes.texts() == top_to_bottom(notes, *cells)
