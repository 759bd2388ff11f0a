"""The hook as Python itself runs it: in programs of their own, with a torch that refuses what the real one does."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
HOOK = ROOT / "extension" / "record_hook"

# Counters as PyTorch's; before a card is used there are none, and a device that is not there is refused.
FAKE_TORCH = '''
import types, sys
__version__ = "2.1.2"
MIB = 1024 * 1024
state = {"initialized": False, "now": 0, "peak": 0, "resets": 0}
memory = types.ModuleType("torch.cuda.memory")
cuda = types.ModuleType("torch.cuda")
backends = types.SimpleNamespace(cudnn=types.SimpleNamespace(benchmark=False))

def use(mib):
    state["initialized"] = True
    state["now"] = mib
    state["peak"] = max(state["peak"], mib)

def _index(device):
    if device is not None and device != 0:
        raise AssertionError("Invalid device id")

def memory_stats(device=None):
    if not state["initialized"]:
        return {}
    _index(device)
    stats = {"num_alloc_retries": 1, "num_ooms": 0}
    for pool in ("allocated", "active", "reserved"):
        extra = 100 if pool == "reserved" else 0
        stats[pool + "_bytes.all.current"] = (state["now"] + extra) * MIB
        stats[pool + "_bytes.all.peak"] = (state["peak"] + extra) * MIB
    return stats

def reset_peak_memory_stats(device=None):
    _index(device)
    state["peak"] = state["now"]
    state["resets"] += 1

def device_count():
    return 1

def get_device_properties(device):
    if not state["initialized"]:
        raise RuntimeError("it would begin to use the card")
    return types.SimpleNamespace(name="Fake", total_memory=8192 * MIB)

def is_initialized():
    return state["initialized"]

def seen(mib):
    """Until the hook has told it; however busy the machine is."""
    import os, time, pathlib
    for _ in range(600):
        files = pathlib.Path(os.environ["HEADROOM_TORCH_FOLDER"]).glob("*-%d.ndjson" % os.getpid())
        if any('"allocatedMiB": %d.0' % mib in file.read_text() for file in files):
            return
        time.sleep(0.05)
    raise SystemExit("the hook has not told it")

memory.reset_peak_memory_stats = reset_peak_memory_stats
for function in (memory_stats, reset_peak_memory_stats, device_count, get_device_properties, is_initialized):
    setattr(cuda, function.__name__, function)
cuda.memory = memory
sys.modules["torch.cuda"] = cuda
'''


class Program:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.counters = folder / "counters"
        self.modules = folder / "modules"
        self.counters.mkdir()
        self.modules.mkdir()
        (self.modules / "torch.py").write_text(FAKE_TORCH, encoding="utf-8")

    def run(self, code: str, *flags: str) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([str(HOOK), str(self.modules)])
        environ = {**os.environ, "PYTHONPATH": path, "HEADROOM_TORCH_FOLDER": str(self.counters)}
        return subprocess.run(
            [sys.executable, *flags, "-c", code], env=environ, capture_output=True, text=True, timeout=60
        )

    def lines(self) -> list[dict[str, object]]:
        texts = [path.read_text(encoding="utf-8") for path in sorted(self.counters.iterdir())]
        return [json.loads(line) for text in texts for line in text.splitlines()]

    def torch_lines(self) -> list[dict[str, object]]:
        return [line for line in self.lines() if line["type"] == "torch"]


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path)


def test_counters_are_written_as_they_change_and_at_exit(program):
    ran = program.run("import torch; torch.use(500); torch.seen(500); torch.use(900); torch.use(700)")
    assert (ran.returncode, ran.stderr) == (0, "")
    facts, first, *_, last = program.lines()
    assert facts["torchVersion"] == "2.1.2"
    assert (facts["type"], facts["cudnnBenchmark"], facts["xformers"]) == ("torch-facts", False, False)
    assert (first["allocatedMiB"], first["reservedMiB"], first["allocRetries"]) == (500, 600, 1)
    assert (last["allocatedMiB"], last["activePeakMiB"], last["reservedPeakMiB"]) == (700, 900, 1000)


def test_a_program_that_imports_torch_late_is_heard_of(program):
    ran = program.run("import time; time.sleep(0.3); import importlib; importlib.import_module('torch').use(300)")
    assert ran.returncode == 0
    assert program.torch_lines()[-1]["activePeakMiB"] == 300


def test_peaks_that_the_program_sets_back_are_read_before(program):
    code = "import torch; torch.use(900); torch.use(100); "
    code += "torch.seen(100); torch.use(1200); torch.use(100); torch.cuda.reset_peak_memory_stats(0); "
    ran = program.run(code + "print(torch.state['resets'])")
    assert ran.stdout == "1\n"
    assert max(line["activePeakMiB"] for line in program.torch_lines()) == 1200
    assert program.torch_lines()[-1]["activePeakMiB"] == 100


def test_what_the_real_function_refuses_is_still_refused(program):
    refused = "try: torch.cuda.reset_peak_memory_stats(3)\nexcept AssertionError as error: print(error)"
    code = f"import torch; torch.use(1); torch.seen(1)\n{refused}"
    assert program.run(code).stdout == "Invalid device id\n"


def test_a_program_that_leaves_by_os_exit_has_told_what_was_before(program):
    program.run("import torch, os; torch.use(500); torch.seen(500); os._exit(3)")
    assert program.torch_lines()[-1]["allocatedMiB"] == 500


def test_a_torch_that_uses_no_card_is_asked_for_nothing(program):
    ran = program.run("import torch, time; time.sleep(0.4)")
    assert (ran.returncode, ran.stderr, program.lines()) == (0, "", [])


def test_counters_that_fail_end_the_reading_and_not_the_program(program):
    fails = "def fails(device): raise RuntimeError('CUDA error: unknown error')\ntorch.cuda.memory_stats = fails"
    code = f"import torch, time\n{fails}\ntorch.use(5); time.sleep(0.4); print('done')"
    ran = program.run(code)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "done\n", "")


def test_a_program_without_torch_has_no_thread_and_no_file(program):
    ran = program.run("import _thread; print(_thread._count())")
    assert (ran.stdout, ran.stderr, program.lines()) == ("0\n", "", [])


def test_it_imports_no_torch(program):
    ran = program.run("import sys; print('torch' in sys.modules, [m for m in sys.modules if 'json' in m])")
    assert ran.stdout == "False []\n"


def test_a_torch_that_is_not_there_is_missing_as_ever(program):
    (program.modules / "torch.py").unlink()
    missing = "try: import torch\nexcept ModuleNotFoundError as error: print(error.name)"
    ran = program.run(f"import importlib.util\nprint(importlib.util.find_spec('torch'))\n{missing}")
    assert (ran.returncode, ran.stdout) == (0, "None\ntorch\n")


def test_the_sitecustomize_that_would_have_run_runs(program):
    (program.modules / "sitecustomize.py").write_text("MINE = 42\nprint('mine')\n", encoding="utf-8")
    ran = program.run("import sitecustomize, torch; torch.use(10); print(sitecustomize.MINE, sitecustomize.__file__)")
    assert ran.stdout == f"mine\n42 {program.modules / 'sitecustomize.py'}\n"
    assert program.torch_lines()[-1]["allocatedMiB"] == 10


def test_one_of_theirs_that_fails_is_told_as_ever_and_stops_nothing(program):
    (program.modules / "sitecustomize.py").write_text("raise ValueError('theirs')\n", encoding="utf-8")
    ran = program.run("import torch; torch.use(10)")
    assert ran.returncode == 0
    assert "theirs" in ran.stderr
    assert program.torch_lines()[-1]["allocatedMiB"] == 10


def test_the_program_does_not_find_its_folder_among_its_own(program):
    ran = program.run("import sys; print([f for f in sys.path if 'record_hook' in f])")
    assert ran.stdout == "[]\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_process_tells_its_own_counters(program):
    code = "import torch, os\npid = os.fork()\nmib = 300 if pid else 70\ntorch.use(mib); torch.seen(mib)\n"
    ran = program.run(code + "if pid: os.waitpid(pid, 0)")
    assert ran.returncode == 0
    by_pid = {line["pid"]: line["allocatedMiB"] for line in program.torch_lines()}
    assert sorted(by_pid.values()) == [70, 300]


def test_without_a_folder_it_does_nothing(program):
    code = "import sys; print([type(finder).__name__ for finder in sys.meta_path if 'Torch' in type(finder).__name__])"
    environ = {**os.environ, "PYTHONPATH": str(HOOK)}
    environ.pop("HEADROOM_TORCH_FOLDER", None)
    ran = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, timeout=60)
    assert (ran.stdout, ran.stderr) == ("[]\n", "")


def test_python_3_8_can_read_it():
    ast.parse((HOOK / "sitecustomize.py").read_text(encoding="utf-8"), feature_version=(3, 8))
