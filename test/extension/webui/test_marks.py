from types import SimpleNamespace

from fakes.torch import FakeCuda, fake_torch
from headroom.webui.marks import RunMarks, mark, mark_sampling
from headroom.webui.torch_memory import TorchMemory, torch_memory


def marked(cuda, **kwargs):
    sent = []
    return RunMarks("r1", TorchMemory(fake_torch(cuda), 0), sent.append, **kwargs), sent


def peaks(message):
    return message["torch"]["activePeakMiB"], message["torch"]["reservedPeakMiB"]


def ended(marks):
    return marks.end(returned=True, stop_flags=[])


def test_each_mark_and_the_end_tell_the_peaks_since_the_mark_before(assert_host_messages):
    cuda = FakeCuda()
    marks, sent = marked(cuda)
    marks.mark("launch_sampling")
    cuda.use(4000, 5000)
    marks.mark("launched_sampling")
    cuda.use(3000, 5500)
    cuda.retries = 2
    end = ended(marks)
    assert_host_messages([*sent, end])
    assert [peaks(message) for message in [*sent[1:], end]] == [(2000, 2100), (4000, 5000), (3000, 5500)]
    assert end["torch"]["allocRetries"] == 2


def test_what_happened_before_the_run_is_not_the_runs():
    cuda = FakeCuda()
    cuda.use(7000, 7500)
    cuda.ooms = 3
    marks, sent = marked(cuda)
    cuda.ooms += 1
    end = ended(marks)
    assert peaks(end) == (2000, 2100)
    assert end["torch"]["ooms"] - sent[0]["torch"]["ooms"] == 1
    assert sent[0]["torch"] == {
        "allocatedMiB": 2000,
        "reservedMiB": 2100,
        "activePeakMiB": 7000,
        "reservedPeakMiB": 7500,
        "allocRetries": 0,
        "ooms": 3,
    }


def test_the_second_batch_of_several_is_not_marked_again_and_counts_for_the_run():
    cuda = FakeCuda()
    marks, sent = marked(cuda)
    for peak in (4000, 6000):
        marks.mark("launch_sampling")
        cuda.use(peak, peak)
        marks.mark("launched_sampling")
    assert [message["type"] for message in sent] == ["run-started", "run-mark", "run-mark"]
    assert peaks(ended(marks)) == (6000, 6000)


def test_the_two_passes_of_hires_fix_are_marked_each():
    marks, sent = marked(FakeCuda())
    for second in (False, True):
        marks.mark("launch_sampling", SimpleNamespace(is_hr_pass=second))
    assert [message["facts"]["is_hr_pass"] for message in sent[1:]] == ["False", "True"]


def test_peaks_are_handed_over_before_they_are_lost():
    cuda = FakeCuda()
    kept = []
    cuda.use(7000, 7500)
    marks, _ = marked(cuda, keep_peaks=lambda counters: kept.append(counters["activePeakMiB"]))
    cuda.use(3000, 3000)
    marks.mark("launch_sampling")
    assert kept == [7000, 3000]


def test_without_counters_there_are_marks_and_no_figures(assert_host_messages):
    sent = []
    marks = RunMarks("r1", None, sent.append)
    marks.mark("launch_sampling")
    end = ended(marks)
    assert_host_messages([*sent, end])
    assert [message["torch"] for message in [*sent, end]] == [None, None, None]


def test_the_sampler_is_left_as_it_was_found():
    marks, sent = marked(FakeCuda())

    class Sampler:
        def launch_sampling(self, steps, func):
            return func()

    p = SimpleNamespace(sampler=Sampler(), enable_hr=False)
    mark_sampling(marks, p)
    assert p.sampler.launch_sampling(2, lambda: "samples") == "samples"
    assert vars(p.sampler) == {}
    assert [message["at"] for message in sent[1:]] == ["launch_sampling", "launched_sampling"]


def test_a_sampler_that_is_none_is_marked_where_sampling_begins():
    marks, sent = marked(FakeCuda())
    mark_sampling(marks, SimpleNamespace(sampler=None, enable_hr=False))
    assert [message["at"] for message in sent[1:]] == ["launch_sampling"]


def test_a_failing_counter_does_not_reach_the_generation():
    class Broken(FakeCuda):
        def memory_stats(self, device):
            if self.retries:
                raise RuntimeError("the card is gone")
            return super().memory_stats(device)

    cuda = Broken()
    marks, _ = marked(cuda)
    cuda.retries = 1
    p = SimpleNamespace(sampler=None, enable_hr=False)
    mark(marks, "process", p)
    mark_sampling(marks, p)
    mark(marks, "post_sample", p)


def test_there_are_no_counters_on_the_cpu_or_before_cuda_is_in_use():
    torch = fake_torch()
    assert torch_memory(torch, SimpleNamespace(type="cpu")) is None
    torch.cuda.is_initialized = lambda: False
    assert torch_memory(torch, SimpleNamespace(type="cuda")) is None
