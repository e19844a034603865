"""Model files: only what was written here is read, and nothing in a file can run."""

import io
import json
import pickle
import zipfile

import numpy as np
import pytest
import skops.io

from ai_assist.local import classify, engine, store
from ai_assist.local.examples import Example
from ai_assist.local.learning import fit
from ai_assist.local.textmodel import TextModel
from ai_assist.local.training import train_all
from ai_assist.local.vectors import learn_vocabulary
from ai_assist.models import LearnedModel
from tests.ai_assist.local.desk import solved_tickets
from tests.factories import make_ticket


@pytest.fixture
def model():
    rows = [Example("Drucker defekt", "Papierstau"), Example("Urlaub beantragen", "zwei Wochen Urlaub")] * 4
    vocabulary = learn_vocabulary(rows)
    return fit(vocabulary, vocabulary.matrix(rows), [7, "hr"] * 4)


def test_what_is_written_is_read(model):
    model.threshold, model.curve = 0.8, [[0.0, 0.0], [0.5, 0.6], [1.0, 0.99]]
    digest, size = store.write("department-all-1.skops", model)
    path = store.folder() / "department-all-1.skops"
    assert skops.io.get_untrusted_types(file=path) == []
    assert (path.stat().st_size, path.stat().st_mode & 0o777) == (size, 0o600)
    again = store.read("department-all-1.skops", digest)
    text = "Der Drucker hat Papierstau"
    assert again.ranked(text) == model.ranked(text)
    assert again.ranked(text)[0][0] == 7
    assert (again.threshold, again.values, again.weights.dtype) == (0.8, [7, "hr"], np.float32)


def test_a_changed_file_is_refused(model):
    digest, _size = store.write("a.skops", model)
    path = store.folder() / "a.skops"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(store.Refused, match="changed"):
        store.read("a.skops", digest)
    with pytest.raises(store.Refused, match="changed"):
        store.read("a.skops", "")


class Trap:
    """Would write a file as soon as somebody unpickled it."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))


def test_a_pickle_is_refused_and_does_not_run(tmp_path):
    store.folder().mkdir(parents=True, exist_ok=True)
    path, mark = store.folder() / "b.skops", tmp_path / "it ran"
    path.write_bytes(pickle.dumps(Trap(str(mark))))
    with pytest.raises(store.Refused, match="unreadable"):
        store.read("b.skops", store.sha256_of(path))
    assert not mark.exists()


def test_a_file_that_asks_for_foreign_classes_is_refused():
    store.folder().mkdir(parents=True, exist_ok=True)
    path = store.folder() / "c.skops"
    skops.io.dump({"format": 1, "weights": Example("a", "b")}, path)
    content = zipfile.ZipFile(path).read("schema.json")
    assert b"ai_assist" in content
    with pytest.raises(store.Refused, match="untrusted"):
        store.read("c.skops", store.sha256_of(path))
    # The same by hand: a function of the system under the name of a harmless loader.
    system = {"__class__": "system", "__module__": "os", "__loader__": "FunctionNode", "content": "os.system"}
    objects = {"__class__": "ndarray", "__module__": "numpy", "__loader__": "NdArrayNode", "type": "numpy"}
    for node in (system, objects | {"file": "../1.npy"}, objects | {"file": "1.npy", "type": "json"}, 7, None):
        whole = json.loads(content) | {"content": {"weights": node}}
        for schema in (whole, system):
            crafted = io.BytesIO()
            with zipfile.ZipFile(crafted, "w") as archive:
                archive.writestr("schema.json", json.dumps(schema))
            path.write_bytes(crafted.getvalue())
            with pytest.raises(store.Refused, match=r"untrusted|array"):
                store.read("c.skops", store.sha256_of(path))


def test_arrays_of_objects_are_refused(tmp_path):
    store.folder().mkdir(parents=True, exist_ok=True)
    path, mark = store.folder() / "d.skops", tmp_path / "it ran"
    array = io.BytesIO()
    np.save(array, np.array([Trap(str(mark))], dtype=object), allow_pickle=True)
    node = {
        "__class__": "ndarray",
        "__module__": "numpy",
        "__loader__": "NdArrayNode",
        "type": "numpy",
        "file": "1.npy",
    }
    schema = {"__class__": "dict", "__module__": "builtins", "__loader__": "DictNode", "content": {"weights": node}}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("schema.json", json.dumps(schema))
        archive.writestr("1.npy", array.getvalue())
    with pytest.raises(store.Refused, match="unreadable"):
        store.read("d.skops", store.sha256_of(path))
    assert not mark.exists()


@pytest.mark.parametrize("name", ["", "../a.skops", "/etc/passwd", "a.pkl", "models/a.skops"])
def test_names_stay_in_the_folder(name):
    with pytest.raises(store.Refused, match="name"):
        store.read(name, "00")


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"weights": np.zeros((3, 2), dtype=np.float32)},
        {"intercepts": np.zeros(5, dtype=np.float32)},
        {"values": None},
        {"curve": [["x", 1]]},
        {"idf": "none"},
    ],
)
def test_a_model_that_does_not_fit_together_is_refused(model, change):
    with pytest.raises(ValueError, match=r"\w"):
        TextModel.read(model.stored() | change)


@pytest.mark.django_db
def test_without_its_file_the_rules_answer(machine, rita, it):
    solved_tickets(240)
    train_all(machine)
    ticket = make_ticket(rita, it, subject="Heizung defekt im Büro", description="Bitte an Facility.")
    assert {guess.engine for guess in engine.guesses(ticket) if guess.field == "department"} == {"local"}
    file = store.folder() / LearnedModel.objects.get(target="department", live=True).file
    content = file.read_bytes()
    file.unlink()
    store.forget()
    assert {guess.engine for guess in engine.guesses(ticket)} == {"rules"} | {
        guess.engine for guess in classify.guesses(ticket)
    }
    assert not [guess for guess in classify.guesses(ticket) if guess.field == "department"]
    file.write_bytes(content)  # copied back: used at once
    assert [guess for guess in classify.guesses(ticket) if guess.field == "department"]


@pytest.mark.django_db
def test_a_model_is_read_once_per_process(machine, rita, it, monkeypatch):
    solved_tickets(240)
    train_all(machine)
    store.forget()
    reads = []
    read = store.read
    monkeypatch.setattr(store, "read", lambda *names: reads.append(names) or read(*names))
    ticket = make_ticket(rita, it, subject="Heizung defekt im Büro", description="Bitte um Hilfe.")
    first = classify.guesses(ticket)
    assert classify.guesses(ticket) == first
    assert len(reads) == len(first)
