"""The whole shim inside the stand-in WebUI, with the fake sidecar in the place of Node.js."""

import json
import signal
import sys
import urllib.request
from pathlib import Path

import pytest
from stand_in_process import LISTENING, StandIn

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for Node.js is a shell script")


@pytest.fixture(scope="module")
def webui(tmp_path_factory, wait_for):
    """One with a card of 8 GB, for the tests that leave it as it was."""
    one = StandIn(tmp_path_factory.mktemp("stand-in"), "--card", "8")
    wait_for(lambda: LISTENING.search(one.log.read_text()))
    wait_for(lambda: one.heard("environment"))
    yield one
    one.process.kill()
    one.process.wait()


RUNS = json.loads((Path(__file__).parents[1] / "fixtures" / "hosts" / "runs.json").read_text(encoding="utf-8"))["runs"]
REQUESTS = {case["name"]: case["request"] for case in RUNS}
PLAIN = ["process", "before_process_batch", "launch_sampling", "launched_sampling", "post_sample", "postprocess_batch"]
TWO_PASSES = [*PLAIN[:3], *PLAIN[3:4], *PLAIN[2:4], *PLAIN[4:]]
OK = (True, ())
OOM = (False, ("torch-class", "device-ran-out"))


def run_request(run_id, name="txt2img", size=512, batch=1, cap=None):
    """As the sidecar asks for it, of another size."""
    parameters = {**REQUESTS[name]["parameters"], "width": size, "height": size, "batch_size": batch}
    return {**REQUESTS[name], "runId": run_id, "capMiB": cap, "parameters": parameters}


def ended(webui, run_id):
    """Whether it returned, and the signs of its error; None while it goes on."""
    found = next((message for message in webui.heard("run-ended") if message["runId"] == run_id), None)
    return None if found is None else (found["returned"], tuple(found["errorSigns"]))


def marks(webui, run_id):
    return [message["at"] for message in webui.heard("run-mark") if message["runId"] == run_id]


def test_the_card_is_named_as_the_driver_names_it(webui):
    device = webui.heard("environment")[-1]["report"]["device"]
    assert device["type"] == "cuda"
    assert device["uuid"] or device["driverUuid"]
    assert device["pci"] == {"domain": 0, "bus": 1, "device": 0} or device["driverBusId"].endswith(":01:00.0")


def test_every_operation_is_run_and_marked(webui, wait_for):
    names = ("txt2img", "img2img", "hires_latent", "hires_image")
    for name in names:
        webui.ask_host(run_request(name, name))
    wait_for(lambda: ended(webui, "hires_image"))
    assert [marks(webui, name) for name in names] == [PLAIN, PLAIN, TWO_PASSES, TWO_PASSES]
    assert {ended(webui, name) for name in names} == {OK}


def test_after_running_out_of_memory_the_next_run_is_as_any_other(webui, wait_for):
    webui.ask_host(run_request("too large", size=2048, batch=8))
    webui.ask_host(run_request("next"))
    wait_for(lambda: ended(webui, "next"))
    assert ended(webui, "too large") == OOM
    assert ended(webui, "next") == OK


def test_the_memory_that_a_run_may_use_is_capped_for_it_alone(webui, wait_for):
    webui.ask_host(run_request("capped", size=1024, batch=4, cap=3000))
    webui.ask_host(run_request("free", size=1024, batch=4))
    wait_for(lambda: ended(webui, "free"))
    assert ended(webui, "capped") == OOM
    assert ended(webui, "free") == OK
    with urllib.request.urlopen(f"http://127.0.0.1:{webui.port}/stand-in/control", timeout=20) as answer:
        assert json.loads(answer.read())["capped"] is False


def test_a_benchmark_run_leaves_the_persons_last_prompt_and_pictures_alone(webui, wait_for):
    (webui.data / "params.txt").write_text("the person's last prompt")
    webui.ask_host(run_request("quiet"))
    wait_for(lambda: ended(webui, "quiet"))
    assert (webui.data / "params.txt").read_text() == "the person's last prompt"
    assert list(webui.data.rglob("*.png")) == []


def test_a_persons_own_generation_is_reported_without_its_prompt(webui, wait_for):
    webui.post("/sdapi/v1/txt2img", {"prompt": "a secret wish", "width": 640, "height": 512, "steps": 2})
    told = wait_for(lambda: next((one for one in webui.heard("run-mark") if one["company"] is not None), None))
    run_id = told["runId"]
    wait_for(lambda: ended(webui, run_id))
    assert told["facts"]["width"] == "640"
    assert marks(webui, run_id) == PLAIN
    assert "secret" not in webui.heard_file.read_text()
    wait_for(lambda: webui.heard_after("host-memory", "run-ended", run_id))
    assert webui.heard_after("host-memory", "run-ended", run_id)[0]["generating"] is False


def test_an_option_that_moves_the_curve_is_told_soon(webui, wait_for):
    count = len(webui.heard("environment"))
    webui.post("/stand-in/control", {"options": {"batch_cond_uncond": False}})
    wait_for(lambda: len(webui.heard("environment")) > count)
    assert webui.heard("environment")[-1]["report"]["facts"]["opts:batch_cond_uncond"] == "False"
    webui.post("/stand-in/control", {"options": {"batch_cond_uncond": True}})


def test_the_devices_memory_is_told_each_second_while_it_is_asked_for_and_at_each_phases_end(webui, wait_for):
    assert not any(message["device"] for message in webui.heard("host-memory"))
    webui.ask_host({"type": "device-memory", "wanted": True})

    def told():
        return [message["device"] for message in webui.heard("host-memory") if message["device"] is not None]

    wait_for(lambda: len(told()) > 2)
    idle = told()[-1]
    assert 0 < idle["freeMiB"] < idle["totalMiB"]
    webui.ask_host(run_request("with figures", size=1024, batch=2))
    wait_for(lambda: ended(webui, "with figures"))
    wait_for(lambda: told()[-1]["freeMiB"] > min(told(), key=lambda one: one["freeMiB"])["freeMiB"])
    assert min(one["freeMiB"] for one in told()) < idle["freeMiB"] - 1000
    webui.ask_host({"type": "device-memory", "wanted": False})
    wait_for(lambda: webui.heard("host-memory")[-1]["device"] is None)


def test_all_that_is_said_fits_the_protocol(webui, assert_host_messages):
    for kind in ("hello", "environment", "host-memory", "run-started", "run-mark", "run-ended"):
        assert webui.heard(kind)
        assert_host_messages(webui.heard(kind))


def test_reload_ui_leaves_one_sidecar_and_a_route_on_the_new_app(stand_in, wait_for):
    webui = stand_in("--card", "8")
    assert webui.visit()["state"] == "running"
    first = webui.heard("hello")[0]
    webui.post("/stand-in/control", {"reload": True})
    wait_for(lambda: len(webui.lives) == 2)
    wait_for(lambda: len(webui.heard("hello")) == 2)
    assert webui.visit()["state"] == "running"
    assert webui.heard("hello")[1] == first
    wait_for(lambda: len(webui.sidecars()) == 1)
    webui.ask_host(run_request("one"))
    wait_for(lambda: ended(webui, "one"))
    assert len(webui.heard("run-ended")) == 1


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_no_sidecar_is_left_when_the_webui_is_gone(stand_in, wait_for, how):
    webui = stand_in("--card", "8")
    assert len(webui.sidecars()) == 1
    webui.end(how)
    wait_for(lambda: webui.sidecars() == [], limit_s=5)


def test_without_a_page_the_route_is_there_all_the_same(stand_in):
    webui = stand_in("--nowebui", "--card", "8")
    assert webui.visit()["state"] == "running"


def test_on_the_cpu_there_are_no_counters_and_runs_all_the_same(stand_in, wait_for, assert_host_messages):
    webui = stand_in("--cpu")
    assert webui.heard("environment")[-1]["report"]["device"]["type"] == "cpu"
    webui.ask_host(run_request("one"))
    wait_for(lambda: ended(webui, "one"))
    assert webui.heard("run-ended")[0]["torch"] is None
    assert_host_messages(webui.heard("run-ended"))
