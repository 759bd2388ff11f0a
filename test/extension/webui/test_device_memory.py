from types import SimpleNamespace

import pytest
from fakes.torch import FakeCuda, fake_torch
from headroom.webui.device_memory import device_memory

UNNUMBERED = SimpleNamespace(type="cuda", index=None)


@pytest.fixture
def meminfo(tmp_path):
    file = tmp_path / "meminfo"
    file.write_text("MemTotal:        8388608 kB\nMemFree:         1024000 kB\nMemAvailable:    7168000 kB\n")
    return file


def test_the_whole_device_is_told_as_the_runtime_has_it(meminfo):
    assert device_memory(fake_torch(), UNNUMBERED, meminfo) == {"freeMiB": 5000.0, "totalMiB": 8192.0}


def test_where_card_and_processor_share_their_memory_files_at_hand_count_as_free(meminfo):
    cuda = FakeCuda()
    cuda.integrated = 1
    assert device_memory(fake_torch(cuda), UNNUMBERED, meminfo) == {"freeMiB": 7000.0, "totalMiB": 8192.0}
    cuda.free = 7900.0
    assert device_memory(fake_torch(cuda), UNNUMBERED, meminfo)["freeMiB"] == 7900.0


def test_never_more_is_free_than_there_is(tmp_path):
    cuda = FakeCuda()
    cuda.integrated = 1
    (tmp_path / "meminfo").write_text("MemAvailable:    99999999 kB\n")
    assert device_memory(fake_torch(cuda), UNNUMBERED, tmp_path / "meminfo") == {"freeMiB": 8192.0, "totalMiB": 8192.0}


def test_a_system_that_does_not_say_what_is_available_changes_nothing(tmp_path):
    cuda = FakeCuda()
    cuda.integrated = 1
    assert device_memory(fake_torch(cuda), UNNUMBERED, tmp_path / "none")["freeMiB"] == 5000.0


def test_nothing_is_told_where_the_runtime_fails_or_lacks_the_function_or_is_not_in_use():
    cuda = FakeCuda()
    cuda.free = None
    assert device_memory(fake_torch(cuda), UNNUMBERED) is None
    old = fake_torch()
    old.cuda = SimpleNamespace(is_available=lambda: True, is_initialized=lambda: True, current_device=lambda: 0)
    assert device_memory(old, UNNUMBERED) is None
    unused = FakeCuda()
    unused.is_initialized = lambda: False
    assert device_memory(fake_torch(unused), UNNUMBERED) is None
    assert device_memory(fake_torch(), SimpleNamespace(type="cpu", index=None)) is None
