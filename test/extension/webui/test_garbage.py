import gc
import weakref
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from fakes.webui import FakeWebui
from headroom.webui.garbage import Garbage


class Cycle:
    def __init__(self):
        self.itself = self


@pytest.fixture(autouse=True)
def _no_collection_of_its_own():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


class Rig:
    def __init__(self):
        self.webui = FakeWebui()
        self.garbage = Garbage(self.webui)
        self.webui.state.begin("a person's")

    @contextmanager
    def run(self):
        """As a generation does: asked before the WebUI hears of it."""
        is_as_left = self.garbage.is_as_left()
        self.webui.state.begin("ours")
        with self.garbage.of_a_run(is_as_left=is_as_left):
            yield

    def is_gone_in_a_run(self, left):
        with self.run():
            return left() is None


def left_behind():
    return weakref.ref(Cycle())


def test_what_was_left_before_the_first_run_is_gone_in_it():
    assert Rig().is_gone_in_a_run(left_behind())


def test_what_a_run_leaves_is_gone_at_its_end():
    rig = Rig()
    with rig.run():
        left = left_behind()
        rig.garbage.collect()
        assert left() is None


def test_what_was_there_before_a_run_is_not_looked_at_again_in_it():
    rig = Rig()
    with rig.run():
        there = gc.get_freeze_count()
        assert there > 1000
        rig.garbage.collect()
        assert gc.get_freeze_count() == there


def test_nothing_stays_set_aside_after_a_run_that_was_not_to_be_carried_out():
    rig = Rig()
    with pytest.raises(ValueError, match="a bug"), rig.run():
        raise ValueError("a bug")
    assert gc.get_freeze_count() == 0
    left = left_behind()
    gc.collect()
    assert left() is None


def test_nothing_is_collected_before_a_run_that_follows_ours():
    rig = Rig()
    with rig.run():
        rig.garbage.collect()
    assert not rig.is_gone_in_a_run(left_behind())


def test_what_a_person_left_between_two_of_ours_is_gone_in_the_second():
    rig = Rig()
    with rig.run():
        rig.garbage.collect()
    rig.webui.state.time_start += 5
    assert rig.is_gone_in_a_run(left_behind())


def test_what_another_checkpoint_left_is_gone_in_the_next_run():
    rig = Rig()
    with rig.run():
        rig.garbage.collect()
    rig.webui.fake_shared.sd_model = SimpleNamespace(is_sd1=True)
    assert rig.is_gone_in_a_run(left_behind())


def test_all_is_collected_where_the_webui_keeps_no_time():
    rig = Rig()
    with rig.run():
        rig.garbage.collect()
    rig.webui.state.time_start = None
    assert rig.is_gone_in_a_run(left_behind())
    rig.webui.state.begin = lambda job: None
    rig.webui.state.time_start = None
    with rig.run():
        rig.garbage.collect()
    assert rig.is_gone_in_a_run(left_behind())
