"""The card's file, and the nvidia-smi that tells it. No PyTorch and no compiler is needed here."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

BLANK_CARD = Path(__file__).resolve().parents[1] / "blank-card"
sys.path.insert(0, str(BLANK_CARD))

from state_file import FIELDS, MAGIC, MIB, change, create, read_figures  # noqa: E402

SAMPLERS_FIELDS = "index,uuid,pci.bus_id,name,memory.used,memory.total,memory.reserved,driver_version,mig.mode.current"


@pytest.fixture
def card(tmp_path):
    path = tmp_path / "card"
    create(path, 8192, context_mib=450, other_mib=254)
    return path


def ask(card, *arguments):
    command = [sys.executable, str(BLANK_CARD / "bin" / "nvidia-smi"), *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, env={**os.environ, "BLANK_CARD_STATE": str(card)}
    )
    return done.returncode, done.stdout.splitlines()


def test_the_fields_are_those_of_the_c_header_in_its_order():
    header = (BLANK_CARD / "card" / "card.h").read_text()
    struct = re.search(r"struct state \{(.*?)\n\};", header, re.S).group(1)
    assert tuple(re.findall(r"uint64_t (\w+);", struct)) == FIELDS
    assert f"0x{MAGIC:x}ull" in header


def test_a_new_card_holds_what_other_programs_hold_and_lists_nobody(card):
    code, lines = ask(card, f"--query-gpu={SAMPLERS_FIELDS}", "--format=csv,nounits")
    assert code == 0
    assert lines[1].split(", ")[3:7] == ["NVIDIA GeForce RTX 3060", "254", "8192", "0"]
    assert ask(card, "--query-compute-apps=pid,used_gpu_memory", "--format=csv,nounits") == (
        0,
        ["pid, used_gpu_memory [MiB]"],
    )


def test_a_process_that_lives_shows_its_memory_and_its_context(card):
    change(card, pid=os.getpid(), used=2000 * MIB)
    assert ask(card, "--query-gpu=memory.used", "--format=csv,nounits")[1][1] == str(254 + 450 + 2000)
    apps = ask(card, "--query-compute-apps=pid,used_gpu_memory", "--format=csv,nounits")[1]
    assert apps[1:] == [f"{os.getpid()}, 2450"]


def test_a_process_that_has_ended_holds_nothing(card):
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    change(card, pid=child.pid, used=2000 * MIB)
    assert ask(card, "--query-gpu=memory.used", "--format=csv,nounits")[1][1] == "254"


def test_the_card_may_shrink_while_it_is_asked(card):
    smi = str(BLANK_CARD / "bin" / "nvidia-smi")
    command = [sys.executable, smi, "--query-gpu=memory.total", "--format=csv,nounits", "-lms", "50"]
    environment = {**os.environ, "BLANK_CARD_STATE": str(card)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as loop:
        assert [next(loop.stdout), next(loop.stdout)] == ["memory.total [MiB]\n", "8192\n"]
        change(card, total=6000 * MIB)
        assert "6000\n" in [next(loop.stdout) for _ in range(5)]
        loop.terminate()


def test_an_unknown_field_kills_the_query_as_the_real_one_does(card):
    code, lines = ask(card, "--query-gpu=index,memory.held", "--format=csv")
    assert (code, lines[0]) == (2, 'Field "memory.held" is not a valid field to query.')


def test_without_a_card_there_is_no_driver(tmp_path):
    code, lines = ask(tmp_path / "none", "--query-gpu=index", "--format=csv")
    assert code == 9
    assert lines[0].startswith("NVIDIA-SMI has failed because it couldn't communicate")


def test_a_file_that_is_no_card_is_refused(tmp_path):
    other = tmp_path / "other"
    other.write_bytes(b"x" * 4096)
    with pytest.raises(ValueError, match="is no card"):
        read_figures(other)
