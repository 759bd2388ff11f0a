import asyncio
from types import SimpleNamespace

import pytest
from headroom.wire.login import is_logged_in, login_in_force


def logged_in(app, connection):
    return asyncio.run(is_logged_in(app, connection))


def app(**fields):
    return SimpleNamespace(**fields)


def visitor(**cookies):
    return SimpleNamespace(cookies={name.replace("_", "-"): value for name, value in cookies.items()})


def test_without_a_login_everybody_is_in():
    assert logged_in(app(auth=None), visitor())
    assert logged_in(app(), visitor())
    assert not login_in_force(app(auth=None))


@pytest.mark.parametrize("cookie", ["access_token", "access_token_unsecure"])
def test_a_token_is_looked_up_not_merely_there(cookie):
    guarded = app(auth={"anna": "secret"}, tokens={"good": "anna"})
    assert login_in_force(guarded)
    assert logged_in(guarded, visitor(**{cookie: "good"}))
    assert not logged_in(guarded, visitor(**{cookie: "made up"}))
    assert not logged_in(guarded, visitor(**{cookie: ""}))
    assert not logged_in(guarded, visitor())


def test_gradio_4_names_its_cookies_after_the_app():
    guarded = app(auth={"anna": "secret"}, tokens={"good": "anna"}, cookie_id="xyz")
    assert logged_in(guarded, visitor(access_token_unsecure_xyz="good"))
    assert not logged_in(guarded, visitor(access_token_unsecure_abc="good"))


def test_a_login_of_the_persons_own_decides():
    def raises(_request):
        raise RuntimeError("no session")

    assert logged_in(app(auth_dependency=lambda request: "anna"), visitor())
    assert not logged_in(app(auth_dependency=lambda request: None), visitor())
    assert not logged_in(app(auth_dependency=raises), visitor())


def test_one_that_answers_later_is_waited_for():
    async def nobody(_request):
        return None

    async def anna(_request):
        return "anna"

    assert not logged_in(app(auth_dependency=nobody), visitor())
    assert logged_in(app(auth_dependency=anna), visitor())


def test_a_user_without_a_name_is_nobody():
    assert not logged_in(app(auth_dependency=lambda request: ""), visitor())
