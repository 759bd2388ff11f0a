"""Every door that the extension adds to a WebUI that asks for a login, as the app itself lists them."""

import asyncio
import base64
import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest
import websockets
from headroom.app import Extension
from stand_in_process import LISTENING, StandIn

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for Node.js is a shell script")

WRITES_ROUTES = """
import json
from pathlib import Path
from modules import script_callbacks

def write(demo, app):
    routes = [[type(route).__name__, route.path, sorted(getattr(route, "methods", None) or [])] for route in app.routes]
    Path(__file__).with_name("routes.json").write_text(json.dumps(routes))

script_callbacks.on_app_started(write)
"""
# What the extension is known to add: a door more fails the test until somebody has thought about it.
WS = "/headroom/ws"
API = [f"/headroom/api/{about}" for about in ("estimate", "max", "explain")]
KNOWN = [["APIWebSocketRoute", WS, []], *(["APIRoute", path, ["GET"]] for path in API)]
USER, PASSWORD = "anna-canary", "secret"


@pytest.fixture(scope="module", params=["without the API", "with the API"])
def guarded(request, tmp_path_factory, wait_for):
    """With a login, and with another one for its API. The one extension is started before ours, the other after it."""
    folder = tmp_path_factory.mktemp("guarded")
    api = request.param == "with the API"
    for name in ("aa-before", "zz-after"):
        scripts = folder / "extensions" / name / "scripts"
        scripts.mkdir(parents=True)
        (scripts / "routes.py").write_text(WRITES_ROUTES)
    logins = ["--gradio-auth", f"{USER}:{PASSWORD}", *(["--api-auth", "prog-canary:open"] if api else [])]
    one = StandIn(folder, *logins, "--card", "8", api=api)
    one.has_api = api
    wait_for(lambda: LISTENING.search(one.log.read_text()))
    wait_for(lambda: one.heard("environment"))
    yield one
    one.process.kill()
    one.process.wait()


def routes(webui, name):
    return json.loads((webui.folder / "extensions" / name / "scripts" / "routes.json").read_text())


def status(webui, path, method="GET", data=None, **headers):
    url = f"http://127.0.0.1:{webui.port}{urllib.parse.quote(path)}"
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def log_in(webui, password=PASSWORD):
    """The cookies, as one header's text; None where the login is refused."""
    form = urllib.parse.urlencode({"username": USER, "password": password}).encode()
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{webui.port}/login", form, timeout=20) as answer:
            return "; ".join(value.split(";")[0] for value in answer.headers.get_all("set-cookie"))
    except urllib.error.HTTPError:
        return None


def opening(webui, path, **headers):
    """The status that opening a WebSocket is answered with."""

    async def page():
        url = f"ws://127.0.0.1:{webui.port}{path}"
        async with websockets.connect(url, extra_headers={"Origin": f"http://127.0.0.1:{webui.port}", **headers}):
            return 101

    try:
        return asyncio.run(asyncio.wait_for(page(), 20))
    except websockets.exceptions.InvalidStatusCode as error:
        return error.status_code


def wrong_cookies(real):
    """Names and values that look like a login and are none."""
    token = real.split("=", 1)[1].split(";")[0]
    names = ("access-token", "access-token-unsecure")
    values = (
        "",
        "made-up",
        "None",
        "null",
        "true",
        "*",
        token[:-1],
        token + "x",
        token.upper(),
        f'"{token}x"',
        USER,
        f"{USER}:{PASSWORD}",
    )
    yield from (f"{name}={value}" for name in names for value in values)
    yield from (
        f"session={token}",
        f"Access-Token={token}",
        f"access-token-x={token}",
        f"x-access-token={token}",
        f"access-token ={token}x",
    )


def test_the_doors_are_those_that_are_known(guarded):
    before, after = routes(guarded, "aa-before"), routes(guarded, "zz-after")
    assert [route for route in after if route not in before] == KNOWN
    assert [route for route in before if route not in after] == []


def test_none_opens_without_a_login_with_a_wrong_one_or_with_a_cookie_that_is_merely_there(guarded):
    assert log_in(guarded, "wrong") is None
    real = log_in(guarded)
    attempts = [{}, *({"Cookie": cookie} for cookie in wrong_cookies(real))]
    attempts += [{"Authorization": f"Bearer {real}"}, {"Authorization": "Basic YW5uYS1jYW5hcnk6c2VjcmV0"}]
    added = [route for route in routes(guarded, "zz-after") if route not in routes(guarded, "aa-before")]
    # Without the WebUI's API all that is behind such a door is a sentence that says so.
    closed = (401, 403) if guarded.has_api else (404,)
    for kind, path, methods in added:
        for headers in attempts:
            if kind == "APIWebSocketRoute":
                assert opening(guarded, path, **headers) in (401, 403), (path, headers)
            for method in methods:
                assert status(guarded, path, method, **headers) in closed, (path, method, headers)


def test_each_opens_with_the_login(guarded):
    assert opening(guarded, WS, Cookie=log_in(guarded)) == 101
    login = "Basic " + base64.b64encode(b"prog-canary:open").decode()
    for path in API:
        assert status(guarded, path, Authorization=login) == (200 if guarded.has_api else 404)
        assert status(guarded, path, Cookie=log_in(guarded)) == (401 if guarded.has_api else 404)


def test_a_page_that_was_refused_can_ask_whether_that_is_for_want_of_a_login(guarded):
    assert status(guarded, "/login_check") == 401
    assert status(guarded, "/login_check", Cookie=log_in(guarded)) == 200


def test_what_was_measured_is_not_served_as_a_file(guarded):
    folder = guarded.data / "headroom"
    # The sidecar makes it; here a stand-in for Node.js is started.
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / "headroom.sqlite").write_bytes(b"what was measured")
    beside = guarded.data / "params.txt"
    beside.write_text("the WebUI's own")
    cookie = log_in(guarded)
    assert status(guarded, f"/file={beside}", Cookie=cookie) == 200
    assert status(guarded, f"/file={beside}") == 401
    for path in (
        folder / "headroom.sqlite",
        folder / "node.json",
        folder,
        Path(f"{guarded.data}/./headroom/headroom.sqlite"),
    ):
        assert status(guarded, f"/file={path}", Cookie=cookie) in (403, 404)
        assert status(guarded, f"/file={path}") == 401


def test_where_the_folder_is_a_link_what_it_leads_to_is_not_served_either(tmp_path):
    elsewhere, link = tmp_path / "elsewhere", tmp_path / "headroom"
    elsewhere.mkdir()
    link.symlink_to(elsewhere)
    demo = SimpleNamespace(blocked_paths=[])
    Extension(SimpleNamespace(data_path=tmp_path))._keep_from_visitors(demo)
    assert set(demo.blocked_paths) == {str(link), str(elsewhere.resolve())}
