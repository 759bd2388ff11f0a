import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from simulated_card.cards import CARDS, card_of
from simulated_card.device import CONTEXT_BARE_MIB, SimulatedDevice
from simulated_card.state import DeviceState, StateFile, from_json, new_card_state, to_json

BINARY = Path(__file__).resolve().parents[1] / "simulated_card" / "bin" / "nvidia-smi"
MIB = 1024 * 1024


@pytest.fixture
def card(tmp_path):
    """One 8 GB card that nothing wavers on, and how to ask about it."""
    return Card(tmp_path / "state.json")


class Card:
    def __init__(self, path):
        self.path = path
        self.state = DeviceState([new_card_state(card_of(8))])
        self.state.cards[0].noise_mib = 0
        self.file = StateFile(path)
        self.file.flush(self.state)

    def environment(self):
        return {**os.environ, "HEADROOM_SIM_STATE": str(self.path)}

    def fail(self, fault):
        self.state.fault = fault
        self.file.flush(self.state)

    def start(self, *arguments):
        command = [sys.executable, str(BINARY), *arguments]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=self.environment())

    def ask(self, *arguments):
        """Exit code and stdout."""
        with self.start(*arguments) as process:
            return process.wait(timeout=120), process.stdout.read()


QUERY = "--query-gpu=index,name,memory.used,memory.total"


def test_a_query_has_a_header_with_units_and_values_with_units(card):
    code, out = card.ask(QUERY, "--format=csv")
    assert code == 0
    assert out.splitlines() == [
        "index, name, memory.used [MiB], memory.total [MiB]",
        "0, Simulated RTX 3070 8GB (simulated), 257 MiB, 8192 MiB",
    ]


def test_units_and_header_can_be_left_out(card):
    assert card.ask(QUERY, "--format=csv,noheader,nounits")[1] == "0, Simulated RTX 3070 8GB (simulated), 257, 8192\n"
    assert card.ask(QUERY, "--format=csv,nounits")[1].startswith("index, name, memory.used [MiB]")


def test_free_memory_leaves_out_what_the_driver_keeps(card):
    out = card.ask("--query-gpu=memory.total,memory.reserved,memory.used,memory.free", "--format=csv,nounits,noheader")[
        1
    ]
    total, reserved, used, free = map(int, out.split(","))
    assert reserved > 0
    assert free == total - reserved - used


def test_an_unknown_field_ends_the_whole_query_with_2_and_says_so_on_stdout(card):
    assert card.ask("--query-gpu=memory.used,bogus", "--format=csv") == (
        2,
        'Field "bogus" is not a valid field to query.\n\n',
    )


def test_a_query_without_format_is_refused(card):
    code, out = card.ask(QUERY)
    assert (code, "--format" in out) == (6, True)


def test_processes_are_listed_with_their_memory_and_names_may_hold_commas(card):
    out = card.ask("--query-compute-apps=pid,process_name,used_memory", "--format=csv,nounits")[1]
    assert out.splitlines() == [
        "pid, process_name, used_gpu_memory [MiB]".replace("used_gpu_memory", "used_memory"),
        "1200, /usr/lib/Xorg, 171",
        "1288, /usr/bin/shell, simulated, 86",
    ]


def test_cards_are_listed_with_their_uuids(card):
    out = card.ask("-L")[1]
    assert out == f"GPU 0: Simulated RTX 3070 8GB (simulated) (UUID: {card.state.cards[0].uuid})\n"


def test_one_of_two_cards_can_be_asked_for_by_index_uuid_or_bus_id(card):
    card.state.cards.append(new_card_state(card_of(24), index=1))
    card.file.flush(card.state)
    second = card.state.cards[1]
    for name in ("1", second.uuid, second.bus_id):
        assert card.ask("--query-gpu=index", "--format=csv,noheader", "-i", name)[1] == "1\n"
    assert len(card.ask("--query-gpu=index", "--format=csv,noheader")[1].splitlines()) == 2


def test_bare_it_shows_each_card_and_its_processes(card):
    code, out = card.ask()
    assert code == 0
    assert "257MiB / 8192MiB" in out
    assert "/usr/lib/Xorg" in out


def test_the_fields_can_be_listed(card):
    assert '"memory.used"' in card.ask("--help-query-gpu")[1]


def test_without_a_state_there_is_no_driver(card):
    card.path.unlink()
    code, out = card.ask("-L")
    assert code == 9
    assert "couldn't communicate with the NVIDIA driver" in out


@pytest.mark.parametrize(
    ("fault", "code", "text"),
    [
        ("driver-missing", 9, "couldn't communicate"),
        ("driver-mismatch", 18, "Driver/library version mismatch"),
        ("no-devices", 6, "No devices were found"),
        ("lost", 15, "GPU is lost"),
        ("no-permission", 4, "Insufficient Permissions"),
        ("unknown-error", 0, "[Unknown Error]"),
        ("no-memory-figures", 0, "[N/A]"),
    ],
)
def test_a_fault_shows_as_the_real_one_does(card, fault, code, text):
    card.fail(fault)
    told, out = card.ask(QUERY, "--format=csv,nounits")
    assert told == code
    assert text in out


def test_a_card_without_memory_figures_still_tells_what_its_programs_use(card):
    card.fail("no-memory-figures")
    assert card.ask("--query-gpu=index,memory.used,memory.total", "--format=csv,noheader")[1] == "0, [N/A], [N/A]\n"
    assert "171 MiB" in card.ask("--query-compute-apps=pid,used_gpu_memory", "--format=csv")[1]


def test_a_lost_card_leaves_the_other_cards_row(card):
    card.state.cards.append(new_card_state(card_of(24), index=1))
    card.fail("lost-row")
    code, out = card.ask("--query-gpu=index", "--format=csv,noheader")
    assert code == 0
    assert out.splitlines()[0] == "1"
    assert "GPU is lost" in out


def test_loop_mode_prints_one_header_and_follows_the_state(card):
    with card.start("--query-gpu=memory.used", "--format=csv,nounits", "-lms", "20") as process:
        assert [process.stdout.readline() for _ in range(2)] == ["memory.used [MiB]\n", "257\n"]
        card.state.cards[0].processes[0].used_mib += 1000
        card.file.flush(card.state)
        assert next(line for line in process.stdout if line != "257\n") == "1257\n"
        process.terminate()


def test_loop_mode_can_degrade_after_one_good_sample_while_single_calls_stay_good(card):
    card.fail("degrade")
    with card.start("--query-gpu=memory.used", "--format=csv,nounits,noheader", "--loop-ms=20") as process:
        assert [process.stdout.readline().strip() for _ in range(3)] == ["257", "[Unknown Error]", "[Unknown Error]"]
        process.terminate()
    assert card.ask("--query-gpu=memory.used", "--format=csv,nounits,noheader")[1] == "257\n"


def test_a_hung_one_says_nothing_and_ends_at_sigterm(card):
    card.fail("hang")
    with card.start("-L") as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.5)
        process.terminate()
        assert process.wait(timeout=60) == -signal.SIGTERM


def until_deaf_to_sigterm(pid):
    """A busy machine may take long to start it; where there is no /proc, a moment must do."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        time.sleep(2)
        return
    while not int(re.search(r"SigIgn:\s*(\w+)", status.read_text())[1], 16) & (1 << (signal.SIGTERM - 1)):
        time.sleep(0.02)


def test_the_worse_kind_of_hang_is_deaf_to_sigterm(card):
    card.fail("hang-unkillable")
    with card.start("-L") as process:
        until_deaf_to_sigterm(process.pid)
        process.terminate()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.5)
        process.kill()


def test_a_hang_that_is_over_lets_the_call_finish(card):
    card.fail("hang")
    with card.start("-L") as process:
        time.sleep(0.3)
        card.fail(None)
        assert process.wait(timeout=60) == 0


def test_the_figure_wavers_by_no_more_than_its_noise(card):
    from simulated_card.smi_tables import used_with_noise

    seen = {used_with_noise(1000, 3, at_s / 10, 0) for at_s in range(1000)}
    assert 997 <= min(seen) < 1000 < max(seen) <= 1003


def test_every_card_says_that_it_is_simulated():
    assert all("simulated" in card.name.lower() for card in CARDS.values())
    assert sorted(CARDS) == [4, 6, 8, 10, 12, 16, 24]


def test_the_state_survives_being_written_and_read(card):
    assert from_json(to_json(card.state)) == card.state


def test_a_burst_of_changes_is_written_at_most_once_per_interval(tmp_path):
    now = [0.0]
    state = DeviceState([new_card_state(card_of(8))])
    file = StateFile(tmp_path / "state.json", interval_s=0.004, monotonic=lambda: now[0])
    written = []
    for used in range(100):
        now[0] += 0.001
        state.cards[0].processes[0].used_mib = used
        file.offer(state)
        written.append(from_json((tmp_path / "state.json").read_text()).cards[0].processes[0].used_mib)
    assert 20 <= len(set(written)) <= 30


def test_a_process_shows_its_context_and_what_pytorch_has_reserved(card):
    device = SimulatedDevice(card.state, card.file, 4242, "WebUI (simulated)")
    device.open_context(warm=False)
    block = device.allocator.allocate(500 * MIB)
    device.publish()
    out = card.ask("--query-compute-apps=pid,used_memory", "--format=csv,noheader,nounits")[1]
    assert f"4242, {CONTEXT_BARE_MIB + 500}\n" in out
    device.allocator.release(block)


def test_the_device_has_room_for_what_the_driver_and_the_others_leave(card):
    device = SimulatedDevice(card.state, card.file, 4242, "WebUI (simulated)")
    device.open_context(warm=False)
    device.set_other(1000)
    left = 8192 - 214 - 257 - 1000 - CONTEXT_BARE_MIB
    device.allocator.allocate((left - 1) // 2 * 2 * MIB)
    with pytest.raises(Exception, match="no room"):
        device.allocator.allocate(4 * MIB)
    device.set_other(0)
    device.allocator.allocate(4 * MIB)


def test_the_device_peak_is_the_most_since_it_was_reset(card):
    device = SimulatedDevice(card.state, card.file, 4242, "WebUI (simulated)")
    device.open_context(warm=False)
    before = device.used_mib
    device.reset_peak()
    device.allocator.release(device.allocator.allocate(100 * MIB))
    device.allocator.empty_cache()
    assert (device.peak_mib, device.used_mib) == (before + 100, before)


def test_a_hung_one_does_not_outlive_whoever_started_it(card):
    card.fail("hang-unkillable")
    # A shell starts it in the background and goes once it hangs. Its output stays open for as long as it lives.
    command = f"{sys.executable} {BINARY} -L & echo $!; read _"
    with subprocess.Popen(
        ["sh", "-c", command], env=card.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as shell:
        until_deaf_to_sigterm(int(shell.stdout.readline()))
        shell.stdin.close()
        assert shell.stdout.read() == b""


def test_the_state_is_written_from_several_threads_at_once(card):
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: card.file.flush(card.state), range(400)))
    assert from_json(card.path.read_text(encoding="utf-8")) == card.state
    assert [path.name for path in card.path.parent.iterdir()] == [card.path.name]
