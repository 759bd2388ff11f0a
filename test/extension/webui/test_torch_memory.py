from types import SimpleNamespace

import pytest
from fakes.torch import FakeCuda, fake_torch
from headroom.webui.device import describe_device
from headroom.webui.torch_memory import torch_memory

UNNUMBERED = SimpleNamespace(type="cuda", index=None)


class Watched(FakeCuda):
    """Keeps what each call was given as its device; `current` is the card that a device without a number means."""

    def __init__(self, current=0, **fields):
        super().__init__(**fields)
        self.current, self.given = current, []

    def current_device(self):
        return self.current

    def _note(self, device):
        self.given.append(device)

    def memory_stats(self, device=None):
        self._note(device)
        return super().memory_stats(0)

    def reset_peak_memory_stats(self, device=None):
        self._note(device)
        super().reset_peak_memory_stats(0)

    def set_per_process_memory_fraction(self, fraction, device=None):
        self._note(device)
        super().set_per_process_memory_fraction(fraction, 0)

    def get_per_process_memory_fraction(self, device=None):
        self._note(device)
        return self.fraction

    def get_device_properties(self, device=None):
        self._note(device)
        return super().get_device_properties(0)


@pytest.mark.parametrize(("device", "expected"), [(UNNUMBERED, 1), (SimpleNamespace(type="cuda", index=3), 3)])
def test_every_call_to_torch_cuda_is_given_the_cards_number(device, expected):
    cuda = Watched(current=1)
    memory = torch_memory(fake_torch(cuda), device)
    memory.read()
    memory.reset_peaks()
    with memory.capped(4096):
        pass
    describe_device(fake_torch(cuda), device)
    assert len(cuda.given) == 7
    assert set(cuda.given) == {expected}


def test_a_cap_can_be_set_on_a_device_without_a_number():
    cuda = FakeCuda()
    with torch_memory(fake_torch(cuda), UNNUMBERED).capped(2048):
        assert cuda.fraction == 0.25
    assert cuda.fraction == 1.0
