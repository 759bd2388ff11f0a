"""Put first on PYTHONPATH by `headroom record --hook`: torch's counters of whatever Python program runs.

Python runs it before the program. It imports nothing of torch: it waits until the program does, and until torch uses a
card. Then it writes the counters to a file of this process in HEADROOM_TORCH_FOLDER, whenever they changed, before the
program sets its peaks back, and at exit. Nothing in here may break a program: what fails ends the reading, quietly.

For Python 3.8 and later. What every Python process has to load is kept small: `os` and `sys` are there already.
"""

from __future__ import annotations

import _thread
import os
import sys
import time

FOLDER = os.environ.get("HEADROOM_TORCH_FOLDER", "")
LOOK_EACH_S = 0.1
# Who asks only whether torch is there does not import it.
MOST_LOOKS_WITHOUT_TORCH = 50
MIB = 1024 * 1024
COUNTERS = {
    "allocatedMiB": "allocated_bytes.all.current",
    "activeMiB": "active_bytes.all.current",
    "reservedMiB": "reserved_bytes.all.current",
    "allocatedPeakMiB": "allocated_bytes.all.peak",
    "activePeakMiB": "active_bytes.all.peak",
    "reservedPeakMiB": "reserved_bytes.all.peak",
}


class Watch:
    """Of one process. `current` is this process's own: one that was forked has another."""

    current = None

    def __init__(self):
        Watch.current = self
        self.lock = _thread.allocate_lock()
        self.running = False
        self.begun = False
        self.over = False
        self.last = {}
        self.file = None

    def start(self):
        if self.running or self.over:
            return
        self.running = True
        # Not by `threading`: a program that counts its threads there need not know of this one.
        _thread.start_new_thread(self.run, ())

    def run(self):
        looks = 0
        while not self.over and looks < MOST_LOOKS_WITHOUT_TORCH:
            looks = 0 if "torch" in sys.modules else looks + 1
            self.read()
            time.sleep(LOOK_EACH_S)
        self.running = False

    def read(self):
        """Reads and writes once; never raises."""
        if self.over or not self.lock.acquire(True, 1):
            return
        try:
            cuda = cuda_in_use()
            if cuda is not None:
                if not self.begun:
                    self.begun = True
                    self.write(facts(sys.modules["torch"]))
                    read_before_reset(cuda)
                self.read_devices(cuda)
        except Exception:  # noqa: BLE001 - the program is not ours
            self.over = True
        finally:
            self.lock.release()

    def read_devices(self, cuda):
        for device in range(cuda.device_count()):
            stats = cuda.memory_stats(device)
            line = {name: stats.get(key, 0) / MIB for name, key in COUNTERS.items()}
            line["allocRetries"] = stats.get("num_alloc_retries", 0)
            line["ooms"] = stats.get("num_ooms", 0)
            if line["reservedPeakMiB"] == 0 or self.last.get(device) == line:
                continue
            self.last[device] = dict(line)
            line.update(type="torch", atMs=time.time() * 1000, pid=os.getpid(), device=device)
            line["uuid"] = uuid_of(cuda, device)
            self.write(line)

    def write(self, line):
        import json

        if self.file is None:
            name = os.path.join(FOLDER, "torch-%d.ndjson" % os.getpid())  # noqa: PTH118, UP031  pathlib loads slowly
            self.file = open(name, "a", encoding="utf-8")  # noqa: PTH123, SIM115
        self.file.write(json.dumps(line) + "\n")
        # A program that is killed, or leaves by os._exit, says no more.
        self.file.flush()


def cuda_in_use():
    """torch.cuda once the program computes on a card; None before. Asking never begins to use one."""
    cuda = getattr(sys.modules.get("torch"), "cuda", None)
    is_initialized = getattr(cuda, "is_initialized", None)
    return cuda if is_initialized is not None and is_initialized() else None


def uuid_of(cuda, device):
    uuid = getattr(cuda.get_device_properties(device), "uuid", None)
    return None if uuid is None else str(uuid)


def facts(torch):
    names = ("PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_ALLOC_CONF", "PYTORCH_HIP_ALLOC_CONF")
    cudnn = getattr(getattr(torch, "backends", None), "cudnn", None)
    return {
        "type": "torch-facts",
        "pid": os.getpid(),
        "torchVersion": str(torch.__version__),
        "allocConf": next((os.environ[name] for name in names if os.environ.get(name)), None),
        "cudnnBenchmark": getattr(cudnn, "benchmark", None),
        "xformers": "xformers" in sys.modules,
    }


def read_before_reset(cuda):
    """What the program has reached before it sets the peaks back would be seen by nobody."""
    original = cuda.reset_peak_memory_stats
    # In a forked process it is done already.
    if hasattr(original, "before_headroom"):
        return

    def reset_peak_memory_stats(*args, **kwargs):
        if Watch.current is not None:
            Watch.current.read()
        return original(*args, **kwargs)

    reset_peak_memory_stats.__doc__ = original.__doc__
    reset_peak_memory_stats.before_headroom = original
    for module in (cuda, getattr(cuda, "memory", None)):
        if getattr(module, "reset_peak_memory_stats", None) is original:
            module.reset_peak_memory_stats = reset_peak_memory_stats


class TorchIsImported:
    """Among the finders of modules: finds none, and so hears of torch as it is imported, however late."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "torch":
            begin()


def begin():
    try:
        if Watch.current is None:
            import atexit

            Watch()
            atexit.register(end)
        Watch.current.start()
    except Exception:  # noqa: BLE001 - no thread to be had: then there are counters at exit alone
        return


def end():
    # Also where nothing changed: how long it stayed so is told by it.
    Watch.current.last.clear()
    Watch.current.read()
    Watch.current.over = True


def after_fork():
    """The child has neither the thread nor a file of its own, and the lock may be held by a thread that it lacks."""
    if Watch.current is not None:
        Watch()
        begin()


def install():
    sys.meta_path.insert(0, TorchIsImported)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=after_fork)


def run_the_next_one():
    """The sitecustomize that would have run without this one: of a distribution, of a virtual environment."""
    from importlib.machinery import PathFinder

    here = os.path.normcase(os.path.dirname(__file__))  # noqa: PTH120
    sys.path[:] = [folder for folder in sys.path if os.path.normcase(folder) != here]
    spec = PathFinder.find_spec("sitecustomize")
    if spec is None or spec.loader is None:
        return
    from importlib.util import module_from_spec

    module = module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


if FOLDER:
    install()
run_the_next_one()
