from types import SimpleNamespace

from headroom.webui.peaks import PeakKeeper
from headroom.webui.torch_memory import MIB


class Monitor:
    """As modules/memmon.py: `monitor` as a job begins, `read` when it has ended."""

    def __init__(self, disabled=False):
        self.disabled = disabled
        self.jobs = 0

    def monitor(self):
        self.jobs += 1

    def read(self):
        return {"active_peak": 3000 * MIB, "reserved_peak": 3500 * MIB, "system_peak": 1}


def counters(active, reserved):
    return {"activePeakMiB": active, "reservedPeakMiB": reserved}


def test_the_webuis_memory_line_shows_the_highest_phase_although_peaks_were_reset():
    keeper, monitor = PeakKeeper(), Monitor()
    keeper.attach(monitor)
    monitor.monitor()
    keeper.note(counters(4000, 3200))
    assert monitor.read() == {"active_peak": 4000 * MIB, "reserved_peak": 3500 * MIB, "system_peak": 1}
    assert monitor.jobs == 1


def test_an_earlier_jobs_peak_is_not_shown_again():
    keeper, monitor = PeakKeeper(), Monitor()
    keeper.attach(monitor)
    keeper.note(counters(9000, 9000))
    monitor.monitor()
    assert monitor.read()["active_peak"] == 3000 * MIB


def test_it_leaves_no_trace_when_it_is_taken_off():
    keeper, monitor = PeakKeeper(), Monitor()
    keeper.attach(monitor)
    keeper.attach(monitor)
    keeper.detach()
    assert vars(monitor) == {"disabled": False, "jobs": 0}


def test_a_monitor_that_is_switched_off_or_missing_is_left_alone():
    for monitor in (Monitor(disabled=True), SimpleNamespace(), None):
        keeper = PeakKeeper()
        keeper.attach(monitor)
        keeper.detach()
