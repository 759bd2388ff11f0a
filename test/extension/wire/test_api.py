"""`/headroom/api` on an app that is really served: the WebUI's rules for its API, and the sidecar's answers."""

import base64
import contextlib
import json
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest
import uvicorn
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from headroom.process.sidecar import Sidecar, Snapshot
from headroom.wire import api as api_module
from headroom.wire.api import Api
from headroom.wire.messages import MAX_QUERY_CHARACTERS

FAKE = str(Path(__file__).parents[1] / "fakes" / "sidecar.py")
STOPPED = Snapshot("stopped", "Node.js is missing.", True)
PATHS = ["/headroom/api/estimate", "/headroom/api/max", "/headroom/api/explain"]
RIGHT = "Basic " + base64.b64encode(b"anna:secret").decode()


def password(credentials: HTTPBasicCredentials = Depends(HTTPBasic())):  # noqa: B008  as FastAPI wants it
    if (credentials.username, credentials.password) != ("anna", "secret"):
        raise HTTPException(401, "Incorrect username or password")


@contextlib.contextmanager
def served(*, api=True, guards=None):
    """A WebUI's app, with its own API or without."""
    site = SimpleNamespace(snapshot=STOPPED)
    app = FastAPI()
    if api:
        app.add_api_route("/sdapi/v1/txt2img", lambda: {}, methods=["POST"], dependencies=guards)
    Api(lambda: site.snapshot).add_routes(app)
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    site.url = f"http://127.0.0.1:{door.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield site
    finally:
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture(scope="module")
def sidecar():
    one = Sidecar(lambda: [sys.executable, FAKE, "serve"], back_off_s=(0.01,))
    one.start()
    while one.snapshot.state != "running":
        time.sleep(0.01)
    yield one
    one.stop()


@contextlib.contextmanager
def hung():
    """It listens, and does not answer."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield Snapshot("running", "", False, listening.getsockname()[1], "0" * 64)


def get(site, path, **headers):
    request = urllib.request.Request(f"{site.url}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def test_a_question_reaches_the_sidecar_as_it_came_and_its_answer_comes_back(sidecar):
    with served() as site:
        site.snapshot = sidecar.snapshot
        for path in PATHS:
            query = "width=512&height=512&hr_upscaler=R-ESRGAN+4x%2B"
            about = path.rsplit("/", 1)[-1]
            assert get(site, f"{path}?{query}") == (
                200,
                {"schema": 1, "asked": {"type": "ask", "about": about, "query": query}},
            )


@pytest.mark.parametrize("path", PATHS)
def test_without_the_webuis_api_there_is_none_and_a_sentence_says_how_to_get_it(path):
    with served(api=False) as site:
        status, body = get(site, f"{path}?width=512&height=512")
        assert (status, body["schema"]) == (404, 1)
        assert "--api" in body["detail"]
        assert get(site, "/openapi.json")[1]["paths"] == {}


@pytest.mark.parametrize("path", PATHS)
def test_what_guards_the_webuis_api_guards_this_one(sidecar, path):
    with served(guards=[Depends(password)]) as site:
        site.snapshot = sidecar.snapshot
        assert get(site, path)[0] == 401
        assert get(site, path, Authorization="Basic " + base64.b64encode(b"anna:wrong").decode())[0] == 401
        assert get(site, path, Authorization=RIGHT)[0] == 200


def test_while_there_is_no_sidecar_it_says_so():
    with served() as site:
        assert get(site, PATHS[0]) == (503, {"schema": 1, "detail": "Node.js is missing."})


def test_one_that_hangs_is_waited_for_no_longer_than_a_limit_and_holds_up_nobody_else(monkeypatch):
    monkeypatch.setattr(api_module, "ANSWER_LIMIT_S", 0.3)
    with served() as site, hung() as snapshot:
        site.snapshot = snapshot
        first = threading.Thread(target=get, args=(site, PATHS[0]))
        first.start()
        assert get(site, "/openapi.json")[0] == 200
        status, body = get(site, PATHS[0])
        assert (status, "ask again" in body["detail"]) == (503, True)
        first.join()


def test_more_questions_at_once_than_are_taken_are_refused_and_later_ones_are_answered(monkeypatch, sidecar):
    monkeypatch.setattr(api_module, "ANSWER_LIMIT_S", 2.0)
    with served() as site, hung() as snapshot:
        site.snapshot = snapshot
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(get(site, PATHS[0]))) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        busy = [body for status, body in answers if status == 503 and "Too many" in body["detail"]]
        assert len(answers) == 12
        assert len(busy) == 12 - api_module.MAX_AT_ONCE
        site.snapshot = sidecar.snapshot
        assert get(site, PATHS[0])[0] == 200


def test_an_address_that_is_too_long_is_refused_in_a_sentence(sidecar):
    with served() as site:
        site.snapshot = sidecar.snapshot
        status, body = get(site, f"{PATHS[2]}?text={'x' * MAX_QUERY_CHARACTERS}")
        assert (status, "send the end" in body["detail"]) == (414, True)


def test_openapi_tells_of_each_its_parameters_and_its_answers():
    with served() as site:
        paths = get(site, "/openapi.json")[1]["paths"]
    assert [path for path in paths if path.startswith("/headroom/")] == PATHS
    estimate = paths[PATHS[0]]["get"]
    assert {one["name"]: (one["required"], one["schema"]["type"]) for one in estimate["parameters"]} == {
        "width": (True, "integer"),
        "height": (True, "integer"),
        "batch_size": (False, "integer"),
        "img2img": (False, "boolean"),
        "enable_hr": (False, "boolean"),
        "hr_scale": (False, "number"),
        "hr_resize_x": (False, "integer"),
        "hr_resize_y": (False, "integer"),
        "hr_upscaler": (False, "string"),
    }
    assert sorted(estimate["responses"]) == ["200", "404", "422", "503"]
    answer = estimate["responses"]["200"]["content"]["application/json"]["schema"]
    estimated = next(one for one in answer["oneOf"] if one["properties"]["status"].get("enum") == ["estimated"])
    assert {"schema", "keyHash", "verdict", "required", "peak", "marginMiB", "message"} <= set(estimated["required"])
