"""Several machines share results at an address; each has a copy of its own."""

import subprocess
import sys
import threading

import fsspec
import pytest
from inprocess import build, make_page
from test_store import KEY, put, record

from notebuild.errors import StoreError
from notebuild.shared import open_store
from notebuild.store import Store

OTHER = "cd" * 16


@pytest.fixture(params=["memory", "file"])
def address(request, tmp_path):
    yield {"memory": "memory://bucket/notes",
           "file": (tmp_path / "shared").as_uri()}[request.param]
    fsspec.filesystem("memory").store.clear()


@pytest.fixture
def machine(tmp_path, address):
    """Return a machine's store, a new one for every call."""
    return lambda name="a": open_store(tmp_path / name, address)


def files(address: str) -> dict[str, str]:
    """Return the name of each file at the address → its path there."""
    fs, root = fsspec.core.url_to_fs(address)
    return {path.rsplit("/", 1)[1]: path for path in fs.find(root)}


def write(address: str, path: str, text: bytes) -> None:
    fsspec.core.url_to_fs(address)[0].pipe_file(path, text)


def value_at(address: str, store: Store) -> str:
    return files(address)[store.record(KEY).files["value-0.pkl"]]


def test_what_one_machine_puts_another_finds(machine):
    """Record and outputs at once, the value when it is asked for."""
    put(machine("a"))
    there = machine("b")
    there.sync()
    assert there.result(KEY).outputs == [{"text": "1"}]
    assert {f.name for f in there.folder(KEY).iterdir()} == {"record.json", "outputs.json"}
    assert there.value_file(KEY, "a").read_bytes() == b"value"
    assert not [*there.root.glob("staging-*")]
    assert there.clean() and machine("b").record(KEY)  # what is shared stays


def test_a_build_lists_once_and_reads_no_values(machine, monkeypatch):
    """Where nothing has changed: one listing, then the records and outputs."""
    put(machine("a"))
    calls = []
    store = machine("b")
    for name in ("find", "cat", "get_file", "pipe_file"):
        real = getattr(store.remote.place[0], name)
        monkeypatch.setattr(store.remote.place[0], name, lambda *args, real=real, name=name,
                            **more: calls.append(name) or real(*args, **more))
    store.sync()
    store.sync()
    assert store.record(KEY) and store.record(OTHER) is None
    assert calls == ["find", "cat", "cat"]
    again = machine("b")
    again.sync()
    assert again.result(KEY) and calls[3:] == ["find"]


def test_a_worker_looks_up_what_it_needs_without_a_listing(machine):
    """And later what others put meanwhile."""
    there = machine("b")
    assert there.record(KEY) is None
    put(machine("a"))
    assert there.record(KEY)
    put(machine("a"), "2", a="value-0.pkl", b=None)
    assert there.value_file(KEY, "b") is None


def test_a_listed_store_learns_of_later_entries_by_being_told(machine):
    """Planning asks for many keys again and again: that must not ask the network."""
    there = machine("b")
    there.sync()
    put(machine("a"))
    assert there.record(KEY) is None
    there.refresh([KEY])
    assert there.result(KEY).outputs == [{"text": "1"}]


@pytest.mark.parametrize("step", ["put_file", "pipe_file", "mv"])
def test_an_upload_that_stops_half_way_shows_nothing_and_is_made_up_for(
        machine, monkeypatch, step):
    """Others see no entry; the machine keeps its result, and sends it next time."""
    def stop(*_, **__):
        raise OSError("the network is down")

    with monkeypatch.context() as context:
        context.setattr(type(machine().remote.place[0]), step, stop)
        with pytest.raises(StoreError, match="cannot be written.*network is down"):
            put(machine("a"))
    other = machine("b")
    other.sync()
    assert other.record(KEY) is None
    again = machine("a")
    assert again.record(KEY)
    again.sync()
    other.refresh([KEY])
    assert other.value_file(KEY, "a").read_bytes() == b"value"


def test_two_machines_that_put_the_same_leave_one_whole_entry(
        machine, address, monkeypatch):
    """Each has written its values before either writes its record."""
    both = threading.Barrier(2)
    kind = type(machine().remote.place[0])
    real = kind.mv

    def mv(*args, **more):
        both.wait(10)
        real(*args, **more)

    monkeypatch.setattr(kind, "mv", mv)

    def run(name):
        store = machine(name)
        staging = store.staging()
        (staging / "value-0.pkl").write_bytes(name.encode())
        put_staged(store, staging, name)

    threads = [threading.Thread(target=run, args=name) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reader = machine("c")
    reader.sync()
    name = reader.result(KEY).outputs[0]["text"]
    assert reader.value_file(KEY, "a").read_text() == name
    assert not [f for f in files(address) if f.endswith(".aside")]


def put_staged(store, staging, text):
    store.put(staging, record(values={"a": "value-0.pkl"}), [{"text": text}])


@pytest.mark.parametrize("name", ["record.json", "outputs.json"])
@pytest.mark.parametrize("text", [b"{", b"{}", b"[]"])
def test_a_damaged_entry_counts_as_not_there_and_is_put_anew(
        machine, address, name, text):
    """With or without a listing."""
    put(store := machine("a"))
    there = {"record.json": "record.json"}.get(
        name, store.record(KEY).files["outputs.json"])
    write(address, files(address)[there], text)
    worker, client = machine("b"), machine("c")
    client.sync()
    assert worker.record(KEY) is None and client.record(KEY) is None
    assert "1 results" in client.notices[0] and "damaged" in client.notices[0]
    put(client)
    assert worker.result(KEY).outputs == [{"text": "1"}]


def test_a_damaged_value_is_taken_away_so_that_its_cell_runs_again(machine, address):
    """Nobody is handed it, and the next one to put it mends it for all."""
    put(machine("a"))
    write(address, value_at(address, machine("a")), b"other")
    worker, client = machine("b"), machine("c")
    client.sync()
    with pytest.raises(StoreError, match="damaged"):
        worker.value_file(KEY, "a")
    client.refresh([KEY])
    assert client.record(KEY) is None and worker.record(KEY) is None
    put(client)
    assert worker.value_file(KEY, "a").read_bytes() == b"value"


@pytest.mark.parametrize("name", ["record.json", "outputs.json", "value-0.pkl"])
def test_a_damaged_copy_is_copied_again(machine, name):
    """No cell runs for it."""
    put(machine("a"))
    there = machine("a")
    there.sync()
    (there.folder(KEY) / name).write_bytes(b"{")
    assert there.result(KEY).outputs == [{"text": "1"}]
    assert there.value_file(KEY, "a").read_bytes() == b"value"


def test_a_copy_is_not_taken_for_a_store_of_its_own(machine, tmp_path):
    """It lacks the values."""
    put(machine("a"))
    there = machine("b")
    there.sync()
    assert Store(there.root).record(KEY) is None
    assert open_store(there.root, "memory://elsewhere").record(KEY) is None


def test_a_build_goes_on_from_what_another_machine_has_built(tmp_path, address):
    """Nothing runs twice; an edited cell gets its values; a damaged value heals."""
    cells = ["a = [1, 2]", "b = [a, 3]", "print(a, b)"]

    def executed(machine: str, *sources: str) -> int:
        built = build([make_page([*sources])], tmp_path / machine, address=address)
        built.check()
        return len(built.executed)

    assert executed("a", *cells) == 3
    assert executed("b", *cells) == 0
    assert not [*(tmp_path / "b").rglob("*.pkl")]
    assert executed("c", *cells[:2], "print(b, a)") == 1
    for name, path in files(address).items():
        if name != "record.json":
            write(address, path, b"[]")
    assert executed("b", *cells, "print(len(b))") == 3  # a and b, for their values
    assert executed("a", *cells, "print(len(b))") == 0


@pytest.mark.parametrize("address, says", [
    ("nosuch://bucket", "Protocol not known: nosuch"),
    ("s3://bucket/notes", "package is missing.*s3fs")])
def test_an_address_that_cannot_be_used_names_the_way_out(tmp_path, address, says):
    with pytest.raises(StoreError, match=says) as caught:
        open_store(tmp_path, address).sync()
    assert str(caught.value).startswith(address) and "→" in str(caught.value)


def test_an_address_that_cannot_be_written_is_told_before_anything_runs(tmp_path):
    (tmp_path / "file").write_text("")
    store = open_store(tmp_path / "a", (tmp_path / "file" / "shared").as_uri())
    store.sync()  # nothing is there, which is no fault
    with pytest.raises(StoreError, match="cannot be written") as caught:
        store.open()
    assert "credentials" in str(caught.value)


def test_a_plain_folder_loads_no_file_systems_and_no_cluster():
    """Which would take a build without them a second."""
    code = ("import sys; from notebuild.site import Site\n"
            "print(*{'fsspec', 'distributed'} & {*sys.modules})")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "\n", done.stderr
