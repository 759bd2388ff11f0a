from types import SimpleNamespace

import pytest
from headroom.origin import check_origin, is_logged_in, login_in_force


def refused(any_name=False, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    refusal = check_origin(named, any_name=any_name)
    return None if refusal is None else refusal.reason


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://127.0.0.1:7860", "127.0.0.1:7860"),
        ("http://localhost:7860", "localhost:7860"),
        ("http://[::1]:7860", "[::1]:7860"),
        ("http://192.168.1.20:7860", "192.168.1.20:7860"),
        ("http://LOCALHOST:7860", "localhost:7860"),
        ("http://127.0.0.1", "127.0.0.1:80"),
        ("https://127.0.0.1", "127.0.0.1"),
    ],
)
def test_the_webuis_own_pages_are_let_in(origin, host):
    assert refused(origin=origin, host=host) is None


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://evil.example", "127.0.0.1:7860"),
        ("http://127.0.0.1:8188", "127.0.0.1:7860"),
        ("http://localhost:7860", "127.0.0.1:7860"),
        ("https://localhost", "localhost:80"),
        ("http://127.0.0.1:7860.evil.example", "127.0.0.1:7860"),
        ("http://127.0.0.1:7860@evil.example", "127.0.0.1:7860"),
    ],
)
def test_a_page_of_another_site_is_refused(origin, host):
    assert refused(origin=origin, host=host) is not None
    assert refused(origin=origin, host=host, any_name=True) is not None


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "127.0.0.1:7860"},
        {"origin": "null", "host": "127.0.0.1:7860"},
        {"origin": "", "host": "127.0.0.1:7860"},
        {"origin": "http://127.0.0.1:7860"},
        {"origin": "file://", "host": "127.0.0.1:7860"},
        {"origin": "http://[::1", "host": "[::1"},
        {"origin": "http://127.0.0.1:99999", "host": "127.0.0.1:99999"},
        {"origin": "chrome-extension://abc", "host": "abc"},
    ],
)
def test_an_origin_that_says_nothing_is_refused(headers):
    assert refused(any_name=True, **headers) is not None


def test_a_name_that_was_pointed_at_this_machine_is_refused():
    rebound = {"origin": "http://evil.example:7860", "host": "evil.example:7860"}
    assert refused(**rebound).startswith("a host name that the WebUI does not serve")


def test_any_name_will_do_where_the_webui_is_open_to_others_or_asks_for_a_login():
    assert refused(any_name=True, origin="https://abc.gradio.live", host="abc.gradio.live") is None


def test_behind_a_proxy_the_name_that_the_browser_used_counts():
    forwarded = {"origin": "https://webui.example", "host": "127.0.0.1:7860", "x_forwarded_host": "webui.example"}
    assert refused(**forwarded) is None
    assert refused(origin="https://webui.example", host="webui.example", x_forwarded_for="10.0.0.1") is None
    assert refused(**{**forwarded, "origin": "https://evil.example"}) is not None


def app(**fields):
    return SimpleNamespace(**fields)


def visitor(**cookies):
    return SimpleNamespace(cookies={name.replace("_", "-"): value for name, value in cookies.items()})


def test_without_a_login_everybody_is_in():
    assert is_logged_in(app(auth=None), visitor())
    assert is_logged_in(app(), visitor())
    assert not login_in_force(app(auth=None))


@pytest.mark.parametrize("cookie", ["access_token", "access_token_unsecure"])
def test_a_token_is_looked_up_not_merely_there(cookie):
    guarded = app(auth={"anna": "secret"}, tokens={"good": "anna"})
    assert login_in_force(guarded)
    assert is_logged_in(guarded, visitor(**{cookie: "good"}))
    assert not is_logged_in(guarded, visitor(**{cookie: "made up"}))
    assert not is_logged_in(guarded, visitor(**{cookie: ""}))
    assert not is_logged_in(guarded, visitor())


def test_gradio_4_names_its_cookies_after_the_app():
    guarded = app(auth={"anna": "secret"}, tokens={"good": "anna"}, cookie_id="xyz")
    assert is_logged_in(guarded, visitor(access_token_unsecure_xyz="good"))
    assert not is_logged_in(guarded, visitor(access_token_unsecure_abc="good"))


def test_a_login_of_the_persons_own_decides():
    def raises(_request):
        raise RuntimeError("no session")

    assert is_logged_in(app(auth_dependency=lambda request: "anna"), visitor())
    assert not is_logged_in(app(auth_dependency=lambda request: None), visitor())
    assert not is_logged_in(app(auth_dependency=raises), visitor())
