"""What a kernel sends becomes what the reader's own run shows."""

import time

import pytest

from notebuild.errors import NotebuildError
from notebuild.normalise import MAX_IMAGE, MAX_TEXT, OutputTooLarge, normalise_outputs

FOLDERS = {
    "/home/ada": "~", "/home/ada/notes": ".", "/home/ada/notes/env": "…", "/tmp": "…",
}


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def shown(*outputs):
    """Return the texts that are left, as (name, text)."""
    return [
        (output["name"], output["text"])
        for output in normalise_outputs(list(outputs), folders=FOLDERS)
    ]


def test_consecutive_streams_of_one_name_are_one():
    assert shown(stream("a"), stream("b\n"), stream("c", "stderr"), stream("d")) == [
        ("stdout", "ab\n"), ("stderr", "c"), ("stdout", "d"),
    ]


def test_lines_of_a_stream_are_joined():
    assert shown(stream(["a\n", "b"])) == [("stdout", "a\nb")]


def test_an_empty_output_is_dropped():
    assert shown(stream(""), stream("\x1b[0m", "stderr")) == []


@pytest.mark.parametrize("written, seen", [
    ("50%\r100%\n", "100%\n"),
    ("abcdef\rxy", "xycdef"),
    ("abc\b\bX", "aXc"),
    ("a\b\b\b\bb", "b"),
    ("long line\r\x1b[Kshort", "short"),
    ("long line\x1b[2K\rshort", "short"),
    ("windows\r\nlines\r\n", "windows\nlines\n"),
    ("\x1b[1m8/8\x1b[0m \x1b[38;5;33mred\x1b[m", "8/8 red"),
    ("\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\", "link"),
    ("\x1b", ""),
    ("bell\x07 null\x00", "bell null"),
    ("tab\tstays", "tab\tstays"),
])
def test_text_is_what_a_terminal_shows(written, seen):
    assert [text for _, text in shown(stream(written))] == [seen] * bool(seen)


def test_a_progress_bar_keeps_its_last_state():
    """Keras moves back, returns, and pads with blanks to hide a longer line."""
    first = "\r\x1b[1m1/8\x1b[0m \x1b[32m━━\x1b[0m\x1b[37m━━━━\x1b[0m 3s 505ms/step"
    last = "\b" * 24 + "\r\x1b[1m8/8\x1b[0m \x1b[32m━━━━━━\x1b[0m 1s 4ms/step  \n"
    assert shown(stream("Epoch 1/2\n"), stream(first), stream(last)) == [
        ("stdout", "Epoch 1/2\n8/8 ━━━━━━ 1s 4ms/step\n"),
    ]


CHATTER = """\
WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795416199.667866    7667 port.cc:153] oneDNN custom operations are on.
I0000 00:00:1795416200.133779    7667 cpu_feature_guard.cc:227] This TensorFlow binary
To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow.
E0000 00:00:1795416201.000000    7667 cuda_dnn.cc:8310] Unable to register cuDNN factory
W0000 00:00:1795416201.000000    7667 computation_placer.cc:177] already registered
I0000 00:00:1795416201.000000    7667 service.cc:152] XLA service 0x7f12345678 initialized
2026-11-23 06:40:12.123456: I tensorflow/core/util/port.cc:153] oneDNN custom operations
2026-11-23 06:40:12.123456: E external/xla/cuda_fft.cc:467] Unable to register cuFFT
"""


def test_start_up_chatter_is_dropped_from_stderr():
    assert shown(stream(CHATTER, "stderr")) == []


def test_a_warning_between_chatter_stays():
    warning = "UserWarning: the data is sorted\n"
    assert shown(stream(CHATTER + warning + CHATTER, "stderr")) == [("stderr", warning)]


def test_an_error_of_tensorflow_stays():
    line = "E0000 00:00:1795416201.000000  7667 allocator.cc:10] out of memory\n"
    assert shown(stream(line, "stderr")) == [("stderr", line)]


def test_what_the_cell_prints_is_not_chatter():
    assert shown(stream(CHATTER))[0][1].count("\n") == CHATTER.count("\n")


def test_streams_parted_by_chatter_are_one():
    """Else a bar that chatter interrupts would be shown twice."""
    assert shown(stream("1/8"), stream(CHATTER, "stderr"), stream("\r8/8")) == [
        ("stdout", "8/8"),
    ]


@pytest.mark.parametrize("told, published", [
    ("/home/ada/data.csv", "~/data.csv"),
    ("/home/ada", "~"),
    ("in '/home/ada/notes/docs/rnn.zh.md':", "in './docs/rnn.zh.md':"),
    ("/home/ada/notes/env/bin/python", "…/bin/python"),
    ("/home/ada/notes/env/lib/python3.11/site-packages/keras/src/a.py:3",
     "…/site-packages/keras/src/a.py:3"),
    ("file:///usr/lib/python3/dist-packages/x.py", "file://…/site-packages/x.py"),
    ("/usr/local/lib/python3.11/json/decoder.py", "…/python3.11/json/decoder.py"),
    ("/tmp/ipykernel_77/852530777.py:2: UserWarning", "<cell>:2: UserWarning"),
    ("/tmp/tmpab12_xyz/model.keras", "…/tmp/model.keras"),
    ("<History at 0x7f0d06e9b790>", "<History at 0x…>"),
    ("https://example.org/home/ada", "https://example.org/home/ada"),
    ("/home/adam and 3/4", "/home/adam and 3/4"),
    ("0x7f0d06e9b790", "0x7f0d06e9b790"),
])
def test_nothing_of_the_machine_is_published(told, published):
    assert shown(stream(told)) == [("stdout", published)]


def test_an_error_keeps_name_value_and_a_plain_traceback():
    assert normalise_outputs([{
        "output_type": "error",
        "ename": "ValueError",
        "evalue": "no \x1b[1mfile\x1b[0m /home/ada/x",
        "traceback": ["\x1b[31m----\x1b[39m", "File /home/ada/notes/a.py:1"],
    }], folders=FOLDERS) == [{
        "output_type": "error",
        "ename": "ValueError",
        "evalue": "no file ~/x",
        "traceback": ["----", "File ./a.py:1"],
    }]


def test_a_long_traceback_loses_its_middle_not_its_end():
    """It must not hide its own cause behind a message about its size."""
    [error] = normalise_outputs([{
        "output_type": "error", "ename": "E", "evalue": "", "traceback":
        ["first", "x" * 300_000, "last"],
    }])
    assert len("\n".join(error["traceback"])) < 30_000
    assert (error["traceback"][0], error["traceback"][-1]) == ("first", "last")


def test_only_known_kinds_of_data_are_kept():
    assert normalise_outputs([{
        "output_type": "execute_result",
        "execution_count": 3,
        "metadata": {"needs_background": "light"},
        "data": {
            "text/plain": "<Chart at 0x7f0d06e9b790>",
            "application/javascript": "alert(1)",
            "application/vnd.jupyter.widget-view+json": {},
        },
    }]) == [{
        "output_type": "execute_result",
        "data": {"text/plain": "<Chart at 0x…>"},
        "metadata": {},
    }]


def test_an_svg_is_stored_without_scripts_and_dates():
    [output] = normalise_outputs([{"output_type": "display_data", "data": {
        "image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg" onload="x()">'
        "<metadata>2026-11-23</metadata><script>x()</script><path d='M 0 0'/></svg>",
    }}])
    assert output["data"]["image/svg+xml"] == (
        '<svg xmlns="http://www.w3.org/2000/svg"><path d="M 0 0" /></svg>'
    )


def test_the_input_is_not_changed():
    outputs = [stream("a\rb"), stream("c")]
    normalise_outputs(outputs)
    assert outputs == [stream("a\rb"), stream("c")]


def test_too_much_text_is_refused_with_both_sizes():
    with pytest.raises(OutputTooLarge, match="200,001 characters.* 200,000") as caught:
        normalise_outputs([stream("x" * 100_000), stream("y" * 100_001, "stderr")])
    assert isinstance(caught.value, NotebuildError) and caught.value.hint
    assert normalise_outputs([stream("x" * MAX_TEXT)])


def test_too_large_an_image_is_refused_with_both_sizes():
    image = {"output_type": "display_data", "data": {
        "image/png": "A" * (MAX_IMAGE * 4 // 3 + 8),
    }}
    with pytest.raises(OutputTooLarge, match="5,000,00[1-9] bytes.* 5,000,000"):
        normalise_outputs([image])


@pytest.mark.parametrize("text", [
    "/a" * 25_000, "~/" * 25_000, "x" * 50_000, "\x1b]" * 25_000, "\r" * 50_000,
    "/tmp" * 12_000, "ab\b" * 16_000, "at 0x" * 10_000,
], ids=lambda text: repr(text[:5]))
def test_hostile_text_takes_no_time(text):
    start = time.perf_counter()
    normalise_outputs([stream(text), stream(text[:1000], "stderr")], folders=FOLDERS)
    assert time.perf_counter() - start < 1
