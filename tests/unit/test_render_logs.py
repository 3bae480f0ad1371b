"""Training logs become tables; anything else stays the text it is."""

from notebuild.logs import read_log
from notebuild.render import render_outputs

LOG = """\
Epoch 1/2
157/157 - 13s - 80ms/step - accuracy: 0.8044 - loss: 0.4406 - val_loss: 5.1e-02
Epoch 2/2
157/157 - 9s - 57ms/step - accuracy: 0.9044 - loss: 0.2406 - val_loss: 0.5486
"""


def html(text):
    output = {"output_type": "stream", "name": "stdout", "text": text}
    return render_outputs([output], cell_id="c", alt=None, locale="zh")


def test_a_log_has_one_row_an_epoch_with_all_that_was_printed():
    """Two epochs, two rows; every figure of the text stands in the table."""
    page = html(LOG)
    assert page.count("<tr>") == 3 and "<pre" not in page
    for word in ("1/2", "157", "13s", "80ms/step", "0.8044", "5.1e-02", "0.5486"):
        assert f">{word}</t" in page
    assert 'aria-label="训练日志"' in page and ">val_loss</th>" in page


def test_what_is_not_a_whole_log_stays_text():
    """A log cut short, mixed with prints, or without metrics is not guessed at."""
    for text in (LOG + "done\n", LOG.splitlines()[0], "x\ny\n", "",
                 LOG.replace("accuracy: 0.8044 - ", "", 1),
                 LOG.replace("157/157", "157 of 157", 1)):
        assert read_log(text) is None
    assert "<pre" in html(LOG + "done\n")


def test_a_hostile_name_is_escaped():
    """Metric names cannot carry markup: such a text is no log."""
    assert "<b>" not in html(LOG.replace("accuracy", "<b>accuracy"))
