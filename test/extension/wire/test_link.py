import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest
from headroom.process.sidecar import Sidecar
from headroom.wire import client as wire
from headroom.wire import link as link_module
from headroom.wire.link import MAX_PER_SECOND, HostLink
from headroom.wire.messages import PROTOCOL_VERSION

FAKE = str(Path(__file__).parents[1] / "fakes" / "sidecar.py")
HELLO = {"type": "hello", "protocol": PROTOCOL_VERSION, "shimVersion": "0.1.0", "pid": 1, "hasGenerated": False}


class Rig:
    def __init__(self, heard):
        self.heard_file = heard
        self.sidecar = Sidecar(lambda: [sys.executable, FAKE, "serve"], back_off_s=(0.01,))
        self.told = []
        self.received = []
        self.lost = 0
        self.link = HostLink(
            lambda: self.sidecar.snapshot,
            greeting=lambda: [HELLO],
            tick=lambda: [self.told.pop()] if self.told else [],
            on_message=self.received.append,
            on_lost=self.lose,
            on_hung=self.sidecar.end_hung,
        )

    def lose(self):
        self.lost += 1

    def heard(self, kind):
        if not self.heard_file.is_file():
            return []
        lines = [json.loads(line) for line in self.heard_file.read_text(encoding="utf-8").splitlines()]
        return [message for role, message in lines if role == "/host" and message["type"] == kind]


def link_to_nothing():
    return HostLink(
        lambda: Sidecar(lambda: []).snapshot,
        greeting=list,
        tick=list,
        on_message=lambda message: None,
        on_lost=lambda: None,
    )


@pytest.fixture
def rig(tmp_path, monkeypatch, wait_for):
    monkeypatch.setenv("HEARD", str(tmp_path / "heard"))
    rig = Rig(tmp_path / "heard")
    rig.sidecar.start()
    rig.link.start()
    wait_for(lambda: rig.received)
    yield rig
    rig.link.stop()
    rig.sidecar.stop()


def test_it_says_hello_first_and_hears_the_answer(rig):
    assert rig.heard("hello") == [HELLO]
    assert rig.received[0]["type"] == "welcome"


def test_messages_of_any_thread_arrive_in_order(rig, wait_for):
    for number in range(5):
        rig.link.send({"type": "run-mark", "number": number})
    wait_for(lambda: len(rig.heard("run-mark")) == 5)
    assert [message["number"] for message in rig.heard("run-mark")] == [0, 1, 2, 3, 4]


def test_what_has_changed_is_asked_for_every_second(rig, wait_for):
    rig.told.append({"type": "host-memory", "generating": True})
    wait_for(lambda: rig.heard("host-memory"))


def test_a_sidecar_that_was_started_again_is_greeted_again_and_the_loss_is_told(rig, wait_for):
    rig.sidecar._child.kill()
    wait_for(lambda: len(rig.heard("hello")) == 2)
    assert rig.lost == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows stops no process from outside")
def test_a_sidecar_that_listens_and_does_not_answer_is_ended_and_started_again(tmp_path, monkeypatch, wait_for):
    monkeypatch.setenv("HEARD", str(tmp_path / "heard"))
    monkeypatch.setattr(wire, "OPEN_LIMIT_S", 0.3)
    rig = Rig(tmp_path / "heard")
    rig.sidecar.start()
    wait_for(lambda: rig.sidecar.snapshot.state == "running")
    stopped = rig.sidecar._child
    os.kill(stopped.pid, signal.SIGSTOP)
    rig.link.start()
    wait_for(lambda: rig.received)
    assert stopped.returncode == -signal.SIGKILL
    assert rig.sidecar.snapshot.state == "running"
    rig.link.stop()
    rig.sidecar.stop()


def test_more_messages_than_the_sidecar_takes_in_a_second_are_spread(rig, wait_for):
    for number in range(3 * MAX_PER_SECOND):
        rig.link.send({"type": "run-mark", "number": number})
    wait_for(lambda: len(rig.heard("run-mark")) == 3 * MAX_PER_SECOND)
    # The fake closes a connection that sends too many, as the real one does.
    assert rig.lost == 0


def test_what_a_fast_card_does_in_a_second_is_told_at_once(rig, wait_for, monkeypatch):
    waits = []
    sleep = asyncio.sleep

    async def noted(seconds):
        waits.append(seconds)
        await sleep(seconds)

    monkeypatch.setattr(asyncio, "sleep", noted)
    # Six generations, of which each has some eleven messages.
    for number in range(66):
        rig.link.send({"type": "run-mark", "number": number})
    wait_for(lambda: len(rig.heard("run-mark")) == 66)
    assert set(waits) <= {link_module.TICK_S}


@pytest.mark.parametrize("at", ["tick", "message"])
def test_what_goes_wrong_in_the_webui_does_not_end_the_link(rig, wait_for, monkeypatch, at):
    monkeypatch.setattr(link_module, "AFTER_FAILURE_S", 0.01)
    failing = [at]

    def fail(*_):
        if failing:
            failing.clear()
            raise RuntimeError("CUDA error: an illegal memory access was encountered")
        return []

    if at == "tick":
        rig.link._tick = fail
    else:
        rig.link._on_message = fail
        rig.sidecar._child.kill()
    wait_for(lambda: not failing and len(rig.heard("hello")) >= 2)
    rig.link._tick = list
    rig.link.send({"type": "run-mark"})
    wait_for(lambda: rig.link.send({"type": "run-mark"}) or rig.heard("run-mark"))


def test_a_link_that_is_stopped_as_soon_as_it_was_started_ends():
    link = link_to_nothing()
    link.start()
    link.stop()
    assert not link._thread.is_alive()


def test_a_message_that_is_too_long_is_left_out(rig, wait_for):
    rig.link.send({"type": "environment", "text": "x" * 70_000})
    rig.link.send({"type": "run-mark"})
    wait_for(lambda: rig.heard("run-mark"))
    assert rig.heard("environment") == []


def test_nothing_is_kept_for_a_sidecar_that_is_not_there():
    link = link_to_nothing()
    link.send({"type": "run-mark"})
    assert len(link._outbox) == 0
