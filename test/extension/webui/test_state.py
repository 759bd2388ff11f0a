"""What is told of the WebUI beside its generations."""

from types import SimpleNamespace

import pytest
from fakes.torch import FakeCuda, fake_torch
from fakes.webui import FakeWebui
from headroom.webui.state import WebuiState


@pytest.fixture
def cuda():
    return FakeCuda()


@pytest.fixture
def webui(cuda):
    return FakeWebui(torch=fake_torch(cuda))


@pytest.fixture
def sent():
    return []


@pytest.fixture
def state(webui, sent):
    return WebuiState(webui, sent.append)


def lacking(_index):
    raise AttributeError("module 'torch.cuda' has no attribute 'mem_get_info'")


def types(messages):
    return [message["type"] for message in messages]


def memory_of(messages):
    return next(message for message in messages if message["type"] == "host-memory")


def test_a_new_connection_hears_the_report_and_then_the_memory_and_after_it_what_changes(
    state, cuda, webui, assert_host_messages
):
    greeting = state.greet()
    first = state.tick()
    assert_host_messages([*greeting, *first])
    assert (types(greeting), types(first), state.tick()) == (["environment"], ["host-memory"], [])
    cuda.allocated = 2500.0
    assert types(state.tick()) == ["host-memory"]
    webui.fake_shared.opts.sd_vae = "another"
    assert types(state.tick()) == ["environment"]
    assert types(state.greet()) == ["environment"]
    assert types(state.tick()) == ["host-memory"]


def test_before_the_webui_has_chosen_its_device_nothing_is_told(state, webui):
    webui.fake_devices.device = None
    assert state.greet() + state.tick() == []


def test_while_a_generation_is_in_hand_its_options_are_not_looked_at(state, webui):
    state.greet()
    webui.state.job, webui.fake_shared.opts.sd_vae = "txt2img", "another"
    assert types(state.tick()) == ["host-memory"]


def test_what_is_loaded_is_told_by_a_text_that_changes_with_each_load_and_names_no_file(state, webui):
    def loaded():
        state.send_memory(generating=False)
        return state._told["loaded"]

    model = webui.fake_shared.sd_model
    model.sd_checkpoint_info = SimpleNamespace(filename="one.safetensors")
    one = loaded()
    assert one == loaded()
    assert "one" not in one
    model.sd_checkpoint_info = SimpleNamespace(filename="another.safetensors")
    assert loaded() not in (one, None)
    webui.fake_shared.sd_model = None
    assert loaded() is None


def test_right_after_a_run_the_memory_is_told_and_after_a_phase_where_the_device_is_wanted(state, sent):
    state.greet()
    state.after({"type": "run-mark"})
    assert sent == []
    state.after({"type": "run-ended"})
    assert memory_of(sent)["generating"] is False
    state.want_device(True)
    sent.clear()
    state.after({"type": "run-mark"})
    assert memory_of(sent)["generating"] is True


def test_the_whole_device_is_told_each_second_while_it_is_wanted(state, cuda, sent, assert_host_messages):
    state.greet()
    state.want_device(True)
    assert memory_of(sent)["device"] == {"freeMiB": 5000.0, "totalMiB": 8192.0, "integrated": False}
    cuda.integrated = 1
    assert memory_of(state.tick())["device"]["integrated"] is True
    assert memory_of(state.tick())["device"]["integrated"] is True
    assert_host_messages(sent)
    state.want_device(False)
    assert state.tick() == []


def test_no_device_is_told_where_the_runtime_fails_or_lacks_the_function_or_is_not_in_use(state, cuda, sent):
    def told():
        state.want_device(True)
        return sent.pop()

    cuda.free = None
    assert (told()["device"], told()["torch"] is None) == (None, False)
    cuda.mem_get_info = lacking
    assert told()["device"] is None
    cuda.is_initialized = lambda: False
    assert (told()["device"], told()["torch"]) == (None, None)


def test_that_it_has_generated_is_known_of_the_process_not_of_this_loading_of_scripts(webui):
    assert not webui.has_generated
    webui.state.begin("a picture")
    webui.state.end()
    assert webui.has_generated
