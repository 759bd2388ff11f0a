import gc
import weakref
from types import SimpleNamespace

import pytest
from fakes.webui import FakeWebui
from headroom.webui.error_watch import ErrorWatch


class Tensor:
    """Something that a frame of the error holds."""


@pytest.fixture
def seen():
    return []


@pytest.fixture
def webui():
    webui = FakeWebui()
    webui.processing.process_images_inner = lambda p: p.work()
    return webui


@pytest.fixture
def watch(webui, seen):
    watch = ErrorWatch(webui, lambda p, error: seen.append((p.name, str(error))))
    watch.start()
    return watch


def generation(name="one", error=None):
    def work():
        if error is not None:
            raise error
        return "pictures"

    return SimpleNamespace(name=name, work=work)


def test_a_generation_that_returns_is_as_it_was(webui, watch, seen):
    assert webui.process_images(generation()) == "pictures"
    assert seen == []


def test_what_one_raises_is_seen_and_goes_on_as_it_was(webui, watch, seen):
    error = RuntimeError("CUDA out of memory")
    with pytest.raises(RuntimeError) as caught:
        webui.process_images(generation(error=error))
    assert caught.value is error
    assert seen == [("one", "CUDA out of memory")]


def test_nothing_of_it_is_kept(webui, watch):
    def work():
        tensor = Tensor()
        held.append(weakref.ref(tensor))
        raise RuntimeError("out")

    held = []
    with pytest.raises(RuntimeError) as caught:
        webui.process_images(SimpleNamespace(name="one", work=work))
    del caught
    gc.collect()
    assert held[0]() is None


def test_once_stopped_the_webuis_function_is_back(webui, watch, seen):
    own = webui.processing.process_images_inner.__wrapped__
    watch.stop()
    assert webui.processing.process_images_inner is own
    watch.start()
    watch.start()
    assert webui.processing.process_images_inner.__wrapped__ is own


def test_where_another_extension_has_wrapped_it_meanwhile_it_stays_and_sees_nothing(webui, watch, seen):
    ours = webui.processing.process_images_inner
    webui.processing.process_images_inner = lambda p: ours(p)
    watch.stop()
    with pytest.raises(RuntimeError):
        webui.process_images(generation(error=RuntimeError("out")))
    assert seen == []


def test_a_webui_without_that_function_is_left_as_it_is(seen):
    webui = FakeWebui()
    del webui.processing.process_images_inner
    watch = ErrorWatch(webui, lambda p, error: seen.append(p))
    watch.start()
    watch.stop()
    assert not hasattr(webui.processing, "process_images_inner")


def test_a_mistake_of_ours_does_not_take_the_place_of_the_error(webui):
    from headroom.guard import guarded

    @guarded
    def mistaken(p, error):
        raise KeyError("ours")

    ErrorWatch(webui, mistaken).start()
    with pytest.raises(RuntimeError, match="theirs"):
        webui.process_images(generation(error=RuntimeError("theirs")))


def test_the_generation_in_hand_is_the_one_that_it_is_told_of(webui, watch, seen):
    def nested():
        with pytest.raises(RuntimeError):
            webui.process_images(generation("inner", RuntimeError("inner out")))
        return "pictures"

    assert webui.process_images(SimpleNamespace(name="outer", work=nested)) == "pictures"
    assert seen == [("inner", "inner out")]
