from types import SimpleNamespace

from fakes.torch import FakeCuda, fake_torch
from headroom.webui.phases import PhaseHooks, PhaseTracker
from headroom.webui.torch_memory import TorchMemory, torch_memory


def tracked(cuda, **kwargs):
    reports = []
    tracker = PhaseTracker(TorchMemory(fake_torch(cuda), 0), reports.append, **kwargs)
    return tracker, reports


def test_each_phase_has_its_own_peaks_and_the_run_has_the_highest():
    cuda = FakeCuda()
    tracker, reports = tracked(cuda)
    tracker.mark("sampling")
    cuda.use(4000, 5000)
    tracker.mark("decode")
    cuda.use(3000, 5500)
    cuda.retries = 2
    tracker.mark(None)
    tracker.close()
    assert [(r["phase"], r["activePeakMiB"], r["reservedPeakMiB"]) for r in reports] == [
        ("sampling", 4000, 5000),
        ("decode", 3000, 5500),
    ]
    assert tracker.totals() == {"activePeakMiB": 4000, "reservedPeakMiB": 5500, "allocRetries": 2, "ooms": 0}


def test_what_happened_before_the_run_is_not_the_runs():
    cuda = FakeCuda()
    cuda.use(7000, 7500)
    cuda.ooms = 3
    tracker, _ = tracked(cuda)
    tracker.close()
    assert tracker.totals() == {"activePeakMiB": 2000, "reservedPeakMiB": 2100, "allocRetries": 0, "ooms": 0}
    assert tracker.before == {"allocatedMiB": 2000, "reservedMiB": 2100}


def test_work_between_phases_counts_for_the_run_alone():
    cuda = FakeCuda()
    tracker, reports = tracked(cuda)
    cuda.use(6000, 6100)
    tracker.mark("sampling")
    tracker.close()
    assert reports[0]["activePeakMiB"] == 2000
    assert tracker.totals()["activePeakMiB"] == 6000


def test_the_second_batch_of_several_does_not_report_its_phases_again():
    cuda = FakeCuda()
    tracker, reports = tracked(cuda)
    for _ in range(2):
        tracker.mark("sampling")
        tracker.mark("decode")
        tracker.mark(None)
    assert [report["phase"] for report in reports] == ["sampling", "decode"]


def test_peaks_are_handed_over_before_they_are_lost():
    cuda = FakeCuda()
    kept = []
    cuda.use(7000, 7500)
    tracker, _ = tracked(cuda, before_reset=lambda counters: kept.append(counters.active_peak_mib))
    cuda.use(3000, 3000)
    tracker.mark("sampling")
    assert kept == [7000, 3000]


def test_without_counters_there_is_nothing_to_report():
    reports = []
    tracker = PhaseTracker(None, reports.append)
    tracker.mark("sampling")
    tracker.close()
    assert reports == []
    assert tracker.totals() is None
    assert tracker.before is None


def test_the_sampler_is_left_as_it_was_found():
    tracker, _ = tracked(FakeCuda())

    class Sampler:
        def launch_sampling(self, steps, func):
            return func()

    p = SimpleNamespace(sampler=Sampler(), enable_hr=False)
    PhaseHooks(tracker).before_sampling(p)
    assert p.sampler.launch_sampling(2, lambda: "samples") == "samples"
    assert vars(p.sampler) == {}


def test_a_failing_counter_does_not_reach_the_generation():
    class Broken(FakeCuda):
        def memory_stats(self, device):
            if self.retries:
                raise RuntimeError("the card is gone")
            return super().memory_stats(device)

    cuda = Broken()
    tracker, _ = tracked(cuda)
    hooks = PhaseHooks(tracker)
    cuda.retries = 1
    p = SimpleNamespace(sampler=None, enable_hr=False)
    hooks.before_init(p)
    hooks.before_sampling(p)
    hooks.post_sample(p)


def test_there_are_no_counters_on_the_cpu_or_before_cuda_is_in_use():
    torch = fake_torch()
    assert torch_memory(torch, SimpleNamespace(type="cpu")) is None
    torch.cuda.is_initialized = lambda: False
    assert torch_memory(torch, SimpleNamespace(type="cuda")) is None
