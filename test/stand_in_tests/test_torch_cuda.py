"""torch.cuda over the simulated card refuses what torch 2.1.2 and 2.3.1 refuse."""

import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

TESTS = Path(__file__).resolve().parents[1]
UNNUMBERED = SimpleNamespace(type="cuda", index=None)
ASKED = ["memory_stats", "reset_peak_memory_stats", "get_device_properties", "memory_allocated", "mem_get_info"]
NUMBER_NEEDED = "Expected a torch.device with a specified index or an integer"


@pytest.fixture
def cuda(monkeypatch, tmp_path):
    """With a card of 8 GB attached as the first."""
    monkeypatch.syspath_prepend(str(TESTS))
    spec = importlib.util.spec_from_file_location("stand_in_torch_cuda", TESTS / "stand_in" / "torch" / "cuda.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    simulated = importlib.import_module("simulated_card.device")
    state = importlib.import_module("simulated_card.state")
    cards = importlib.import_module("simulated_card.cards")
    card = simulated.SimulatedDevice(
        state.DeviceState([state.new_card_state(cards.card_of(8))]), state.StateFile(tmp_path / "card.json"), 1, "test"
    )
    card.open_context(warm=False)
    module.attach(card)
    yield module
    for name in [name for name in sys.modules if name.split(".")[0] == "simulated_card"]:
        del sys.modules[name]


def test_a_cap_and_the_free_memory_need_the_cards_number(cuda):
    with pytest.raises(ValueError, match=NUMBER_NEEDED):
        cuda.set_per_process_memory_fraction(0.5, UNNUMBERED)
    with pytest.raises(ValueError, match=NUMBER_NEEDED):
        cuda.mem_get_info("cuda")
    cuda.set_per_process_memory_fraction(0.5, 0)
    assert cuda.mem_get_info("cuda:0")[1] == cuda.get_device_properties(0).total_memory


def test_counters_and_properties_take_a_device_without_a_number_as_the_current_one(cuda):
    for name in ("memory_stats", "reset_peak_memory_stats", "get_device_properties", "memory_allocated"):
        getattr(cuda, name)(UNNUMBERED)
        getattr(cuda, name)()


@pytest.mark.parametrize("name", ASKED)
def test_a_cpu_and_a_card_that_is_not_there_are_refused(cuda, name):
    with pytest.raises(ValueError, match="Expected a cuda device"):
        getattr(cuda, name)(SimpleNamespace(type="cpu", index=None))
    with pytest.raises(AssertionError, match="Invalid device id"):
        getattr(cuda, name)(1)


def test_a_part_that_is_no_float_is_refused(cuda):
    with pytest.raises(TypeError):
        cuda.set_per_process_memory_fraction(1, 0)


@pytest.mark.parametrize("fault", ["driver-missing", "lost"])
def test_the_free_memory_is_not_told_by_a_driver_that_is_gone(cuda, fault):
    cuda._attached.device.set_fault(fault)
    with pytest.raises(RuntimeError, match="CUDA error"):
        cuda.mem_get_info(0)


def test_the_free_memory_is_told_where_nvidia_smi_has_none(cuda):
    cuda._attached.device.set_fault("no-memory-figures")
    free, total = cuda.mem_get_info(0)
    assert 0 < free < total
