"""What the capture's host tells the sidecar."""

import pytest
from gpu_capture.host import Host
from gpu_capture.networks import build

SETTINGS = {"operation": "img2img", "width": 128, "height": 128, "batchSize": 1, "hires": None}


@pytest.fixture
def host(make_backend, monkeypatch):
    backend = make_backend(8)
    networks = build("toy", backend.device, backend.dtype)
    backend.adopt(networks)
    host = Host(networks, backend, 1, "00")
    host.sent = []
    monkeypatch.setattr(host, "_send", host.sent.append)
    return host


def request(cap_mib=None, **settings):
    return {"runId": "r1", "origin": "benchmark", "settings": {**SETTINGS, **settings}, "capMiB": cap_mib, "steps": 1}


def types(host):
    return [message["type"] for message in host.sent]


def test_a_run_is_told_from_start_to_end_and_the_memory_after_it(host):
    told = host.run(request(), extras=[])
    assert types(host) == ["run-started", *["run-mark"] * 4, "run-ended", "host-memory"]
    assert told["outcome"] == "ok"
    assert [phase["phase"] for phase in told["phases"]] == ["encode", "sampling", "decode"]
    assert host.sent[-1]["generating"] is False
    assert told["torch"]["reservedPeakMiB"] >= told["torch"]["activePeakMiB"] > told["before"]["allocatedMiB"]


def test_phases_carry_the_time_at_which_they_were(host):
    told = host.run(request(), extras=[])
    ends = [phase["endedAtMs"] for phase in told["phases"]]
    assert ends == sorted(ends)
    assert all(phase["beganAtMs"] <= phase["endedAtMs"] for phase in told["phases"])
    assert all("beganAtMs" not in message for message in host.sent)


def test_out_of_memory_under_a_cap_is_a_result(host):
    told = host.run(request(cap_mib=60, width=512, height=512), extras=["test"])
    assert told["outcome"] == "oom"
    assert told["torch"]["ooms"] == 1
    assert "out of memory" in told["error"]
    assert host.run(request(width=512, height=512), extras=[])["outcome"] == "ok"


def test_a_cancelled_run_is_interrupted(host):
    host.cancel("r1")
    assert host.run(request(), extras=[])["outcome"] == "interrupted"
    assert host.run(request(), extras=[])["outcome"] == "ok"


def test_simulated_figures_have_a_key_of_their_own(host):
    greeting = host._greet()
    report = greeting[1]["report"]
    assert report["facts"]["figures"] == "simulated"
    assert "simulated" in report["device"]["name"]
    assert greeting[2]["torch"]["allocatedMiB"] == pytest.approx(6.3, abs=0.2)
