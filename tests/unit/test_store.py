"""An entry is whole or not there."""

import pytest

from notebuild.errors import StoreError
from notebuild.model import Record
from notebuild.store import Store

KEY = "ab" * 16


def record(**values):
    return Record(KEY, 0.1, 0.1, 1, "2020-01-01T00:00:00+00:00", "3", {}, {}, None,
                  **values)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "cache")


def put(store, text="1", **values):
    staging = store.staging()
    (staging / "value-0.pkl").write_bytes(b"value")
    store.put(staging, record(values=values or {"a": "value-0.pkl"}), [{"text": text}])


def test_what_is_put_is_found(store):
    """Record, outputs and values; nothing of the writing is left."""
    assert store.record(KEY) is None
    put(store)
    assert store.result(KEY).outputs == [{"text": "1"}]
    assert store.value_file(KEY, "a").read_bytes() == b"value"
    assert not [*store.root.glob("staging-*")]


def test_what_another_store_puts_is_seen(store):
    """Tasks have stores of their own: an entry read before is read again."""
    put(store)
    store.record(KEY)
    put(Store(store.root), "2", a="value-0.pkl", b=None)
    assert store.record(KEY).has({"a", "b"})
    assert store.result(KEY).outputs == [{"text": "2"}]


@pytest.mark.parametrize("file, text", [
    ("record.json", "{"), ("record.json", "{}"), ("outputs.json", "[]")])
def test_a_damaged_entry_counts_as_not_there_and_is_told(store, file, text):
    """Truncated or changed: its cell runs again."""
    put(store)
    (store.folder(KEY) / file).write_text(text)
    again = Store(store.root)
    assert again.record(KEY) is None and not again.folder(KEY).exists()
    assert "damaged" in again.notices[0]


def test_a_missing_value_makes_the_entry_worthless(store):
    put(store)
    (store.folder(KEY) / "value-0.pkl").unlink()
    assert Store(store.root).record(KEY) is None


def test_a_changed_value_is_never_handed_out(store):
    """Its digest is compared before a kernel reads it."""
    put(store)
    (store.folder(KEY) / "value-0.pkl").write_bytes(b"other")
    with pytest.raises(StoreError, match="damaged"):
        store.value_file(KEY, "a")
    assert store.record(KEY) is None


def test_a_name_that_is_not_stored_is_an_error_not_a_gap(store):
    """An unbound name is a value of its own: None."""
    put(store, a=None)
    assert store.value_file(KEY, "a") is None
    with pytest.raises(StoreError, match="‘z’ is not stored"):
        store.value_file(KEY, "z")


def test_a_folder_that_cannot_be_made_names_the_way_out(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be stored") as caught:
        Store(tmp_path / "file" / "cache").open()
    assert "NOTEBUILD_CACHE" in str(caught.value)
