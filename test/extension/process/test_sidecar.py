import os
import sys
from pathlib import Path

import pytest
from headroom.process.child import LINE_BYTES, Child
from headroom.process.sidecar import BACK_OFF_S, Sidecar, SidecarUnavailableError

FAKE = str(Path(__file__).parents[1] / "fakes" / "sidecar.py")


def command(mode):
    return lambda: [sys.executable, FAKE, mode]


@pytest.fixture
def started():
    running = []

    def start(*args, **kwargs):
        sidecar = Sidecar(*args, **kwargs)
        running.append(sidecar)
        sidecar.start()
        return sidecar

    yield start
    for sidecar in running:
        sidecar.stop()


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def test_a_sidecar_that_listens_is_running_and_ends_when_it_is_stopped(started, wait_for):
    sidecar = started(command("serve"))
    wait_for(lambda: sidecar.snapshot.state == "running")
    assert sidecar.snapshot.port
    assert len(sidecar.snapshot.token) == 64
    pid = sidecar._child.pid
    sidecar.stop()
    wait_for(lambda: not is_alive(pid))
    assert sidecar.snapshot.state == "stopped"
    assert sidecar.snapshot.port is None


def test_starting_does_not_wait_and_a_second_start_makes_no_second_process(started, wait_for):
    asked = []

    def slow_command():
        asked.append(None)
        return command("serve")()

    sidecar = started(slow_command)
    sidecar.start()
    wait_for(lambda: sidecar.snapshot.state == "running")
    sidecar.start()
    assert len(asked) == 1


def test_a_sidecar_that_died_is_started_again_under_another_token(started, wait_for):
    sidecar = started(command("serve"), back_off_s=(0.01,))
    wait_for(lambda: sidecar.snapshot.state == "running")
    token = sidecar.snapshot.token
    sidecar._child.kill()
    wait_for(lambda: sidecar.snapshot.state == "running" and sidecar.snapshot.token != token)


def test_no_wait_before_the_next_start_takes_more_than_a_third_of_the_3_s_in_which_it_shall_be_back():
    assert max(BACK_OFF_S) <= 1.0


def test_after_five_deaths_within_a_minute_it_is_given_up_with_what_it_said(started, wait_for):
    sidecar = started(command("dies"), back_off_s=(0.01,))
    wait_for(lambda: sidecar.snapshot.state == "stopped")
    assert "5 times" in sidecar.snapshot.message
    assert "exit code 7" in sidecar.snapshot.message
    assert sidecar.snapshot.message.count("the store is on fire") == 1
    assert sidecar.snapshot.can_restart


def test_one_that_was_given_up_can_be_started_by_hand(started, wait_for):
    modes = ["dies"] * 5 + ["serve"]
    sidecar = started(lambda: command(modes.pop(0))(), back_off_s=(0.01,))
    wait_for(lambda: sidecar.snapshot.state == "stopped")
    sidecar.start()
    wait_for(lambda: sidecar.snapshot.state == "running")


def test_deaths_that_lie_far_apart_are_not_counted_together(started, wait_for):
    now_s = [0.0]

    def later():
        now_s[0] += 61.0
        return now_s[0]

    deaths = []

    def dying():
        deaths.append(None)
        return command("dies" if len(deaths) < 8 else "serve")()

    sidecar = started(dying, back_off_s=(0.01,), monotonic=later)
    wait_for(lambda: sidecar.snapshot.state == "running")


@pytest.mark.parametrize(("mode", "limit_s"), [("silent", 0.3), ("babbles", 20.0)])
def test_one_that_never_says_where_it_listens_is_ended(started, wait_for, mode, limit_s):
    badly = []
    sidecar = started(
        command(mode), back_off_s=(0.01,), start_limit_s=limit_s, started_badly=lambda: badly.append(None)
    )
    wait_for(lambda: sidecar.snapshot.state == "stopped", limit_s=40)
    assert len(badly) == 5


def test_nothing_to_start_is_told_in_words(started, wait_for):
    def nothing():
        raise SidecarUnavailableError("Node.js is missing. Install it.")

    sidecar = started(nothing)
    wait_for(lambda: sidecar.snapshot.state == "stopped")
    assert sidecar.snapshot.message == "Node.js is missing. Install it."
    assert sidecar.snapshot.can_restart


def test_an_error_of_our_own_while_starting_is_told_and_can_be_tried_again(started, wait_for):
    def broken():
        raise RuntimeError("a bug")

    sidecar = started(broken)
    wait_for(lambda: sidecar.snapshot.state == "stopped")
    assert "an error of its own" in sidecar.snapshot.message
    assert sidecar.snapshot.can_restart


def test_one_that_ends_before_it_reads_its_token_is_a_death_like_any_other():
    child = Child([sys.executable, "-c", "raise SystemExit(3)"], lambda _text: None)
    child.wait()
    sidecar = Sidecar(command("serve"))
    assert sidecar._attend(child) == "ended while starting (exit code 3)"


def test_a_program_that_cannot_be_run_is_a_death_like_any_other(started, wait_for, tmp_path):
    sidecar = started(lambda: [str(tmp_path / "missing")], back_off_s=(0.01,))
    wait_for(lambda: sidecar.snapshot.state == "stopped")
    assert "could not be started" in sidecar.snapshot.message


def test_it_does_not_outlive_a_parent_that_was_killed(wait_for, tmp_path):
    import subprocess

    program = (
        "import sys, time; sys.path.insert(0, sys.argv[2])\n"
        "from headroom.process.sidecar import Sidecar\n"
        "sidecar = Sidecar(lambda: [sys.executable, sys.argv[1], 'serve']); sidecar.start()\n"
        "while sidecar.snapshot.state != 'running': time.sleep(0.02)\n"
        "print(sidecar._child.pid, flush=True); time.sleep(60)\n"
    )
    package = str(Path(__file__).resolve().parents[3] / "extension")
    parent = subprocess.Popen([sys.executable, "-c", program, FAKE, package], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    assert is_alive(pid)
    parent.kill()
    parent.wait()
    wait_for(lambda: not is_alive(pid), limit_s=5)


def test_what_it_says_is_kept_short_and_cannot_act_on_the_terminal(started, wait_for):
    sidecar = started(command("shouts"), back_off_s=(0.01,))
    wait_for(lambda: sidecar.snapshot.state == "stopped", limit_s=20)
    assert "?[2J" in sidecar.snapshot.message
    assert "\x1b" not in sidecar.snapshot.message
    assert len(sidecar.snapshot.message) < 1000
    assert max(len(line) for line in sidecar._tail) <= LINE_BYTES
