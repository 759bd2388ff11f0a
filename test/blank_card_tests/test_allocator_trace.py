"""Events of PyTorch's allocator as lines of text."""

import gzip
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "blank-card" / "control"))

from allocator_trace import AllocatorTrace, as_lines

BASE = 0x7F0000000000
EVENTS = [
    {"action": "segment_alloc", "addr": BASE, "size": 2 * 2**20},
    {"action": "alloc", "addr": BASE, "size": 1000},
    {"action": "alloc", "addr": BASE + 1024, "size": 512},
    {"action": "free_requested", "addr": BASE, "size": 1000},
    {"action": "free_completed", "addr": BASE, "size": 1000},
    {"action": "snapshot", "addr": 0, "size": 0},
    {"action": "oom", "addr": 4096, "size": 2**40},
]


class FakeMemory:
    """What the recorder uses of torch.cuda.memory."""

    def __init__(self):
        self.recording = False

    def _record_memory_history(self, enabled, context, max_entries):
        self.recording = (enabled, context) == ("all", None) and max_entries > 1000

    def _snapshot(self):
        return {"device_traces": [EVENTS] if self.recording else [[]]}


class FakeTorch:
    __version__ = "2.1.2+cu121"

    def __init__(self):
        self.cuda = type("Cuda", (), {"memory": FakeMemory(), "init": staticmethod(lambda: None)})()


def test_addresses_are_counted_from_the_lowest_and_marks_stand_between_events():
    assert as_lines([e for e in EVENTS if e["action"] != "snapshot"], [(1, "loaded\nmodel"), (6, "end")], "2.1.2") == [
        "torch 2.1.2",
        "S 0 2097152",
        "# loaded model",
        "A 0 1000",
        "A 2 512",
        "R 0 1000",
        "F 0 1000",
        "O 0 1099511627776",
        "# end",
    ]


def test_a_file_holds_what_was_recorded_since_the_start(tmp_path):
    trace = AllocatorTrace(FakeTorch())
    trace.start()
    assert trace.write(tmp_path / "trace.gz") == len(EVENTS)
    assert gzip.decompress((tmp_path / "trace.gz").read_bytes()).decode().splitlines()[:2] == [
        "torch 2.1.2+cu121",
        "S 0 2097152",
    ]


def test_nothing_is_written_of_what_was_not_recorded(tmp_path):
    assert AllocatorTrace(FakeTorch()).write(tmp_path / "trace.gz") == 0
