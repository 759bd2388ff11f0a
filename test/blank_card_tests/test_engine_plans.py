"""How many choices of engines are pushed out, and by what."""

import contextlib
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "blank-card" / "control"))

from engine_plans import VARIABLE, forget_plans


class FakeTensor:
    def __init__(self, length):
        self.length = length

    def __getitem__(self, cut):
        assert cut.stop <= self.length
        return FakeTensor(cut.stop)

    def view(self, *sizes):
        assert sizes[0] * sizes[1] * sizes[2] * sizes[3] == self.length
        return sizes


class FakeTorch:
    float16 = "float16"

    def __init__(self):
        self.shapes = []
        self.emptied = 0
        functional = type("Functional", (), {"conv2d": lambda values, _weight: self.shapes.append(values)})
        self.nn = type("Nn", (), {"functional": functional})
        self.cuda = type("Cuda", (), {"empty_cache": lambda: setattr(self, "emptied", self.emptied + 1)})

    def empty(self, *sizes, dtype, device):
        assert (dtype, device) == ("float16", "cuda")
        return FakeTensor(sizes[0])

    def inference_mode(self):
        return contextlib.nullcontext()


def test_as_many_different_convolutions_are_made_as_choices_are_kept(monkeypatch):
    monkeypatch.setenv(VARIABLE, "200")
    torch = FakeTorch()
    forget_plans(torch)
    assert len(set(torch.shapes)) == 200


def test_what_they_took_is_given_back(monkeypatch):
    monkeypatch.setenv(VARIABLE, "64")
    torch = FakeTorch()
    forget_plans(torch)
    assert torch.emptied == 1


@pytest.mark.parametrize("limit", [None, "", "0", "-1"])
def test_without_a_limit_there_is_nothing_to_be_done(monkeypatch, limit):
    monkeypatch.delenv(VARIABLE, raising=False)
    if limit is not None:
        monkeypatch.setenv(VARIABLE, limit)
    torch = FakeTorch()
    forget_plans(torch)
    assert torch.shapes == []
