"""What counts as weights after generations that failed. Figures: AUTOMATIC1111 1.10.1, three API runs out of memory."""

from types import SimpleNamespace

from fakes.torch import FakeCuda, fake_torch
from fakes.webui import FakeWebui
from headroom.app import Extension
from headroom.webui.weights import WeightsWatch

IDLE_AFTER_FAILURES_MIB = [2077.0, 2403.0, 5302.0, 6281.0]


def extension_on(cuda):
    webui = FakeWebui(torch=fake_torch(cuda))
    return Extension(webui), webui


def static_told(extension):
    for message in extension._environment_if_changed():
        extension.told = message["report"]["staticMiB"]
    return extension.told


def test_what_failed_runs_leave_behind_is_not_taken_for_weights():
    cuda = FakeCuda()
    extension, _ = extension_on(cuda)
    told = []
    for cuda.allocated in IDLE_AFTER_FAILURES_MIB:
        told.append(static_told(extension))
    assert told == [2077.0, 2077.0, 2077.0, 2077.0]


def test_the_least_since_a_load_counts_where_the_first_reading_came_too_early():
    cuda = FakeCuda()
    extension, _ = extension_on(cuda)
    cuda.allocated = 4154.0
    assert static_told(extension) == 4154.0
    cuda.allocated = 2077.0
    assert static_told(extension) == 2077.0


def test_another_checkpoint_begins_anew_also_in_the_same_networks():
    cuda = FakeCuda()
    extension, webui = extension_on(cuda)
    model = webui.fake_shared.sd_model
    model.sd_checkpoint_info = SimpleNamespace(filename="one.safetensors")
    cuda.allocated = 2077.0
    assert static_told(extension) == 2077.0
    cuda.allocated = 2400.0
    model.sd_checkpoint_info = SimpleNamespace(filename="another.safetensors")
    assert static_told(extension) == 2400.0


def test_what_outlives_our_own_collection_is_there_to_stay():
    cuda = FakeCuda()
    extension, _ = extension_on(cuda)
    cuda.allocated = 2077.0
    assert static_told(extension) == 2077.0
    # ControlNet's network, say, which its extension keeps on the card.
    cuda.allocated = 2777.0
    assert static_told(extension) == 2077.0
    extension._see_weights()
    assert static_told(extension) == 2777.0


def test_where_networks_are_moved_the_one_that_an_error_left_on_the_card_is_none_of_them():
    weights = WeightsWatch()
    weights.see(249.7, "checkpoint", moves=True)
    weights.see(8.9, "checkpoint", moves=True)
    weights.see(1661.3, "checkpoint", collected=True, moves=True)
    assert weights.mib == 8.9
