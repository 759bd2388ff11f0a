import asyncio
import contextlib
import json
import socket
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
import uvicorn
import websockets
from fastapi import FastAPI
from headroom.process.sidecar import Sidecar, Snapshot
from headroom.wire import client as wire
from headroom.wire import inbox as inbox_module
from headroom.wire import page as page_module
from headroom.wire import places as places_module
from headroom.wire.inbox import MAX_WAITING_BYTES
from headroom.wire.messages import MAX_MESSAGE_BYTES, MAX_MESSAGES_PER_SECOND
from headroom.wire.origin import ServedNames
from headroom.wire.page import Orders
from headroom.wire.relay import ROUTE, Relay

FAKE = str(Path(__file__).parents[1] / "fakes" / "sidecar.py")
SMALL_BYTES = 16 * 1024
STOPPED = Snapshot("stopped", "Node.js is missing.", True)
HELLO = '{"type":"hello","protocol":1}'


class Site:
    """A WebUI's app that is really served, and a page that opens its WebSocket."""

    def __init__(self, *, known_proxy=False):
        self.snapshot = STOPPED
        self.restarts = 0
        self.asked = []
        self.app = FastAPI()
        relay = Relay(
            lambda: self.snapshot, Orders(self.restart, self.set_option), served=ServedNames(), known_proxy=known_proxy
        )
        relay.add_route(self.app)
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL_BYTES)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.server = uvicorn.Server(uvicorn.Config(self.app, log_level="error"))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)
        self.thread.start()

    def restart(self):
        self.restarts += 1

    def set_option(self, *asked):
        self.asked.append(asked)
        return {"ok": True, "was": "Full"}

    def open(self, origin=None, *, reads=True, source=None, **headers):
        """A page that does not read has hardly room for what it does not read."""
        origin = origin or f"http://127.0.0.1:{self.port}"
        given = {"Origin": origin, **headers}
        return websockets.connect(
            f"ws://127.0.0.1:{self.port}{ROUTE}",
            extra_headers=given,
            open_timeout=20,
            max_queue=32 if reads else 1,
            **({} if source is None else {"local_addr": (source, 0)}),
            **({} if reads else {"sock": self.small_socket(), "compression": None}),
        )

    def small_socket(self):
        small = socket.socket()
        small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BYTES)
        small.connect(("127.0.0.1", self.port))
        return small

    def close(self):
        self.server.should_exit = True
        self.thread.join(timeout=10)


@pytest.fixture
def site(wait_for, request):
    site = Site(known_proxy=request.node.get_closest_marker("known_proxy") is not None)
    wait_for(lambda: site.server.started)
    yield site
    site.close()
    assert not site.thread.is_alive()


@pytest.fixture
def sidecar(wait_for):
    sidecar = Sidecar(lambda: [sys.executable, FAKE, "serve"], back_off_s=(0.01,))
    sidecar.start()
    wait_for(lambda: sidecar.snapshot.state == "running")
    yield sidecar
    sidecar.stop()


async def next_of(page, kind):
    async for text in page:
        message = json.loads(text)
        if message["type"] == kind:
            return message
    raise AssertionError("the connection ended")


def run(coroutine):
    return asyncio.run(asyncio.wait_for(coroutine, 20))


def test_messages_go_both_ways(site, sidecar):
    site.snapshot = sidecar.snapshot

    async def visit():
        async with site.open() as page:
            await page.send('{"type":"hello","protocol":1}')
            assert (await next_of(page, "sidecar"))["state"] == "running"
            assert (await next_of(page, "welcome"))["version"] == "test"
            await page.send('{"type":"runs","requestId":4}')
            assert (await next_of(page, "heard"))["what"] == {"type": "runs", "requestId": 4}

    run(visit())


def test_without_a_sidecar_the_page_is_told_why_and_may_ask_for_a_restart(site, schemas, wait_for):
    import jsonschema

    async def visit():
        async with site.open() as page:
            told = json.loads(await page.recv())
            await page.send('{"type":"restart-sidecar"}')
            await asyncio.to_thread(wait_for, lambda: site.restarts == 1)
            return told

    told = run(visit())
    jsonschema.Draft202012Validator(schemas["toViewer"]).validate(told)
    assert told == {"type": "sidecar", "state": "stopped", "message": "Node.js is missing.", "canRestart": True}


def test_a_page_sees_the_sidecar_go_and_come_and_need_not_say_hello_again(site, sidecar, wait_for):
    site.snapshot = sidecar.snapshot

    async def visit():
        async with site.open() as page:
            await page.send('{"type":"hello","protocol":1}')
            first = (await next_of(page, "welcome"))["pid"]
            # The fake ends at this message.
            await page.send('{"type":"curves","requestId":1,"operation":"txt2img"}')
            site.snapshot = Snapshot("restarting", "It is being started again.", False)
            assert (await next_of(page, "sidecar"))["state"] == "restarting"
            await asyncio.to_thread(wait_for, lambda: sidecar.snapshot.state == "running")
            site.snapshot = sidecar.snapshot
            assert (await next_of(page, "sidecar"))["state"] == "running"
            assert (await next_of(page, "welcome"))["pid"] != first

    run(visit())


def test_a_page_does_not_read_whose_home_folder_it_is(site, monkeypatch):
    monkeypatch.setenv("HOME", "/home/anna")
    monkeypatch.setenv("USERPROFILE", "/home/anna")
    site.snapshot = Snapshot("stopped", "/home/anna/webui/extensions/headroom/dist/headroom.mjs is missing.", True)

    async def look():
        async with site.open() as page:
            return await next_of(page, "sidecar")

    assert run(look())["message"] == "~/webui/extensions/headroom/dist/headroom.mjs is missing."


def test_a_restart_is_never_passed_on_to_the_sidecar(site, sidecar):
    site.snapshot = sidecar.snapshot

    async def visit():
        async with site.open() as page:
            await page.send('{"type":"restart-sidecar"}')
            await page.send('{"type":"runs","requestId":1}')
            return await next_of(page, "heard")

    assert run(visit())["what"]["type"] == "runs"
    assert site.restarts == 1


ASKED = {"requestId": 7, "name": "show_progress_type", "value": "Approx NN", "expected": None}


@pytest.mark.parametrize("has_sidecar", [True, False])
def test_an_option_is_set_by_the_shim_with_or_without_a_sidecar(site, sidecar, schemas, has_sidecar):
    import jsonschema

    if has_sidecar:
        site.snapshot = sidecar.snapshot

    async def visit():
        async with site.open() as page:
            await page.send(json.dumps({"type": "set-option", **ASKED}))
            return await next_of(page, "option-set")

    told = run(visit())
    jsonschema.Draft202012Validator(schemas["toViewer"]).validate(told)
    assert told == {"type": "option-set", "requestId": 7, "result": {"ok": True, "was": "Full"}}
    assert site.asked == [("show_progress_type", "Approx NN", None)]


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
def test_a_strange_page_is_refused_before_anything_is_said(site, origin):
    async def visit():
        async with site.open(origin):
            pass

    with pytest.raises(websockets.exceptions.InvalidStatusCode) as refused:
        run(visit())
    assert refused.value.status_code == 403


def test_a_page_without_a_login_is_refused_and_one_with_it_is_let_in(site):
    site.app.auth, site.app.tokens = {"anna": "secret"}, {"good": "anna"}

    async def visit(cookie):
        async with site.open(Cookie=cookie) as page:
            return json.loads(await page.recv())

    for cookie in ("", "access-token=made-up", "other=good"):
        with pytest.raises(websockets.exceptions.InvalidStatusCode):
            run(visit(cookie))
    assert run(visit("access-token-unsecure=good"))["type"] == "sidecar"


@pytest.mark.parametrize(
    ("what", "code"), [("x" * (64 * 1024 + 1), 1009), (b"binary", 1003)], ids=["too long", "binary"]
)
def test_what_is_no_message_ends_the_connection(site, what, code):
    async def visit():
        async with site.open() as page:
            await page.send(what)
            await page.wait_closed()
            return page.close_code

    assert run(visit()) == code


def test_a_message_that_is_never_finished_is_not_taken_in_beyond_the_limit(site):
    async def unfinished():
        for _ in range(2 * MAX_MESSAGE_BYTES // 1024):
            yield "x" * 1024
        await asyncio.Future()

    async def visit():
        async with site.open() as page:
            sending = asyncio.create_task(page.send(unfinished()))
            await page.wait_closed()
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            return page.close_code

    # Who goes on sending into a closed connection may find it reset before the reason is read.
    assert run(visit()) in (1009, 1006)


@pytest.fixture
def long_second(monkeypatch):
    """A busy machine takes longer than a second to send what counts as a flood."""
    monkeypatch.setattr(inbox_module, "SECOND_S", 120.0)


@pytest.mark.usefixtures("long_second")
def test_a_page_that_floods_is_told_and_closed_and_another_hears_nothing_of_it(site, sidecar):
    site.snapshot = sidecar.snapshot

    async def visit():
        async with site.open() as other, site.open() as page:
            for number in range(2 * MAX_MESSAGES_PER_SECOND):
                await page.send(json.dumps({"type": "runs", "requestId": number}))
            told = await next_of(page, "error")
            await page.wait_closed()
            await other.send('{"type":"runs","requestId":7}')
            return told["reason"], page.close_code, (await next_of(other, "heard"))["what"]["requestId"]

    assert run(visit()) == ("too-many-messages", 1008, 7)


@contextlib.asynccontextmanager
async def eager_sidecar(site, monkeypatch):
    """One whose answers never end; whoever waits for them to end before it closes waits longer than a test may take."""
    monkeypatch.setattr(wire, "CLOSE_LIMIT_S", 60)

    async def hear(socket):
        async for _ in socket:
            pass

    async def answer_for_ever(socket):
        while True:
            await socket.send(json.dumps({"type": "runs", "rows": ["x" * 60_000]}))

    async def talk(socket):
        with contextlib.suppress(websockets.exceptions.ConnectionClosed):
            await asyncio.gather(hear(socket), answer_for_ever(socket))

    async with websockets.serve(talk, "127.0.0.1", 0) as eager:
        site.snapshot = Snapshot("running", "", False, eager.sockets[0].getsockname()[1], "token")
        yield


async def fill_what_lies_between():
    """Buffers on the way to a page that does not read: from then on what is sent to it waits."""
    await asyncio.sleep(1)


@pytest.mark.usefixtures("long_second")
def test_a_page_that_floods_is_closed_without_waiting_for_the_answers_that_it_asked_for(site, monkeypatch):
    async def visit():
        async with eager_sidecar(site, monkeypatch), site.open() as page:
            await next_of(page, "runs")
            for number in range(2 * MAX_MESSAGES_PER_SECOND):
                await page.send(json.dumps({"type": "runs", "requestId": number}))
            told = await next_of(page, "error")
            await page.wait_closed()
            return told["reason"], page.close_code

    assert run(visit()) == ("too-many-messages", 1008)


@pytest.mark.usefixtures("long_second")
def test_a_page_that_floods_and_does_not_read_is_ended_all_the_same(site, monkeypatch, wait_for):
    monkeypatch.setattr(page_module, "CLOSE_LIMIT_S", 0.2)

    async def visit():
        async with eager_sidecar(site, monkeypatch):
            page = await site.open(reads=False)
            await fill_what_lies_between()
            with contextlib.suppress(websockets.exceptions.ConnectionClosed):
                for number in range(2 * MAX_MESSAGES_PER_SECOND):
                    await page.send(json.dumps({"type": "runs", "requestId": number}))
            await asyncio.to_thread(wait_for, lambda: not site.server.server_state.connections, 5)
            page.transport.abort()

    run(visit())


@pytest.mark.known_proxy
def test_a_page_that_does_not_read_makes_room_all_the_same(site, monkeypatch, wait_for):
    monkeypatch.setattr(page_module, "CLOSE_LIMIT_S", 0.2)
    monkeypatch.setattr(page_module, "UNUSED_AFTER_S", 0.2)
    few_places(monkeypatch, all_others=2, of_one=2)

    async def visit():
        async with eager_sidecar(site, monkeypatch):
            pages = [await greeting(behind_proxy(site, "203.0.113.9", reads=False)) for _ in range(2)]
            newcomer = None
            # Until what lies between is full, they take what is sent to them.
            while newcomer is None:
                await asyncio.sleep(0.5)
                with contextlib.suppress(websockets.exceptions.InvalidStatusCode):
                    newcomer = await behind_proxy(site, "203.0.113.10", reads=False)
            pages.append(newcomer)
            await asyncio.to_thread(wait_for, lambda: len(site.server.server_state.connections) == 2, 5)
            for page in pages:
                page.transport.abort()

    run(visit())


@pytest.mark.usefixtures("long_second")
def test_a_page_that_floods_while_there_is_no_sidecar_is_closed_too(site):
    async def visit():
        async with site.open() as page:
            for _ in range(2 * MAX_MESSAGES_PER_SECOND):
                await page.send('{"type":"restart-sidecar"}')
            await page.wait_closed()
            return page.close_code

    assert run(visit()) == 1008
    assert site.restarts <= MAX_MESSAGES_PER_SECOND


@pytest.fixture
def silent_sidecar(site):
    """A port where nobody answers: what a page sends can only wait."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        site.snapshot = Snapshot("running", "", False, silent.getsockname()[1], "token")
        yield


@pytest.mark.usefixtures("silent_sidecar")
def test_what_waits_for_a_sidecar_that_does_not_read_is_bounded(site):
    async def visit():
        async with site.open() as page:
            for _ in range(MAX_WAITING_BYTES // 60_000 + 1):
                await page.send("x" * 60_000)
            await page.wait_closed()
            return page.close_code

    assert run(visit()) == 1013


@pytest.mark.usefixtures("silent_sidecar")
def test_a_page_is_told_of_a_sidecar_that_does_not_answer(site, monkeypatch):
    monkeypatch.setattr(wire, "OPEN_LIMIT_S", 0.3)

    async def visit():
        async with site.open() as page:
            return await next_of(page, "sidecar")

    told = run(visit())
    assert (told["state"], told["canRestart"]) == ("restarting", False)
    assert "does not answer" in told["message"]


def test_a_page_that_the_sidecar_will_not_hear_is_closed_and_not_connected_again(site, wait_for):
    connected = []

    async def refuse(socket):
        connected.append(socket)
        await socket.close(1008)

    async def visit():
        async with websockets.serve(refuse, "127.0.0.1", 0) as strict:
            site.snapshot = Snapshot("running", "", False, strict.sockets[0].getsockname()[1], "token")
            async with site.open() as page:
                await page.wait_closed()
                return page.close_code

    assert run(visit()) == 1008
    assert len(connected) == 1


def behind_proxy(site, address, **how):
    return site.open(**how, **{"X-Forwarded-For": address})


def few_places(monkeypatch, *, all_others, of_one):
    monkeypatch.setattr(places_module, "MAX_PAGES", all_others + of_one)
    monkeypatch.setattr(places_module, "MAX_PAGES_OF_ONE", of_one)


async def greeting(opening):
    """A page as the WebUI's own: it says hello at once."""
    page = await opening
    await page.send(HELLO)
    return page


async def is_refused(opening):
    try:
        page = await opening
    except websockets.exceptions.InvalidStatusCode as refused:
        return refused.status_code == 403
    await page.close()
    return False


def test_a_program_on_this_machine_cannot_pass_for_many_visitors(site, monkeypatch):
    """Only a proxy that is known tells who visits; else whoever writes X-Forwarded-For takes all places."""
    few_places(monkeypatch, all_others=3, of_one=2)

    async def visit():
        async with site.open() as owners:
            async with behind_proxy(site, "203.0.113.1"):
                for address in ("203.0.113.2", "203.0.113.3"):
                    assert await is_refused(behind_proxy(site, address))
            await owners.recv()
            return owners.open

    assert run(visit())


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have one loopback address")
@pytest.mark.parametrize("says_hello", [True, False])
def test_600_connections_from_as_many_loopback_addresses_neither_close_the_owners_page_nor_keep_out_its_reload(
    site, monkeypatch, says_hello
):
    monkeypatch.setattr(page_module, "UNUSED_AFTER_S", 0.2)
    browser = {"User-Agent": "Mozilla/5.0", "Accept-Language": "de"}

    async def attack(pages):
        let_in = 0
        for number in range(1, 601):
            with contextlib.suppress(websockets.exceptions.InvalidStatusCode):
                page = await site.open(source=f"127.{number % 7}.{number // 250}.{number % 250 + 1}")
                pages.append(page)
                let_in += 1
                if says_hello:
                    await page.send(HELLO)
        return let_in

    async def visit():
        pages = []
        owners = await greeting(site.open(**browser))
        let_in = await attack(pages)
        await owners.recv()
        still_open = owners.open
        await owners.close()
        reloaded = await greeting(site.open(**browser))
        pages.append(reloaded)
        await reloaded.recv()
        await asyncio.gather(*(page.close() for page in pages))
        return let_in, still_open

    let_in, still_open = asyncio.run(asyncio.wait_for(visit(), 60))
    assert still_open
    assert let_in == 63 or not says_hello


def test_63_other_pages_of_its_address_do_not_keep_out_a_reload(site):
    browser = {"User-Agent": "Mozilla/5.0"}

    async def visit():
        async with contextlib.AsyncExitStack() as pages:
            owners = await greeting(site.open(**browser))
            for _ in range(63):
                pages.push_async_callback((await greeting(site.open())).close)
            await owners.close()
            assert await is_refused(site.open())
            async with site.open(**browser) as reloaded:
                await reloaded.recv()
            return True

    assert run(visit())


def test_a_page_that_says_no_hello_makes_room_for_one_of_the_same_visitor(site, monkeypatch):
    monkeypatch.setattr(page_module, "UNUSED_AFTER_S", 0.1)
    few_places(monkeypatch, all_others=2, of_one=2)

    async def visit():
        greeted, silent = await greeting(site.open()), await site.open()
        await asyncio.sleep(0.2)
        async with site.open() as newcomer:
            await newcomer.recv()
            await silent.wait_closed()
            still_open = greeted.open
        await greeted.close()
        return silent.close_code, still_open

    assert run(visit()) == (1013, True)


@pytest.mark.known_proxy
def test_a_visitor_has_64_pages_and_no_more_and_others_come_in(site):
    async def visit():
        async with contextlib.AsyncExitStack() as pages:
            for _ in range(64):
                page = await pages.enter_async_context(behind_proxy(site, "203.0.113.9"))
                await page.send(HELLO)
            assert await is_refused(behind_proxy(site, "203.0.113.9"))
            async with behind_proxy(site, "203.0.113.10") as other:
                await other.recv()
        async with behind_proxy(site, "203.0.113.9") as later:
            await later.recv()
        return True

    assert run(visit())


@pytest.mark.known_proxy
def test_where_all_places_are_taken_who_has_the_most_loses_his_oldest_page_that_is_not_in_use(site, monkeypatch):
    monkeypatch.setattr(page_module, "UNUSED_AFTER_S", 0.1)
    few_places(monkeypatch, all_others=4, of_one=3)

    async def visit():
        used = await greeting(behind_proxy(site, "203.0.113.9"))
        silent = [await behind_proxy(site, "203.0.113.9") for _ in range(2)]
        other = await behind_proxy(site, "203.0.113.10")
        await asyncio.sleep(0.2)
        async with behind_proxy(site, "203.0.113.11") as newcomer:
            await newcomer.recv()
            await silent[0].wait_closed()
            still_open = (used.open, silent[1].open, other.open)
        for page in (used, silent[1], other):
            await page.close()
        return silent[0].close_code, still_open

    assert run(visit()) == (1013, (True, True, True))


@pytest.mark.known_proxy
def test_a_full_house_closes_no_page_that_is_in_use(site, monkeypatch):
    few_places(monkeypatch, all_others=2, of_one=2)

    async def visit():
        pages = [await greeting(behind_proxy(site, "203.0.113.9")) for _ in range(2)]
        refused = await is_refused(behind_proxy(site, "203.0.113.10"))
        # The owner's at the machine itself has a place of its own.
        async with behind_proxy(site, "127.0.0.1") as owners:
            await owners.recv()
        still_open = [page.open for page in pages]
        for page in pages:
            await page.close()
        return refused, still_open

    assert run(visit()) == (True, [True, True])


@pytest.mark.parametrize("state", ["running", "stopped"])
def test_the_server_can_stop_while_pages_are_open(site, sidecar, state):
    site.snapshot = sidecar.snapshot if state == "running" else STOPPED

    async def visit():
        async with site.open() as page:
            await page.recv()
            site.server.should_exit = True
            await page.wait_closed()

    run(visit())
    site.thread.join(timeout=10)
    assert not site.thread.is_alive()


def test_the_route_can_be_added_to_an_app_that_has_started():
    added = []
    app = SimpleNamespace(add_api_websocket_route=lambda path, endpoint: added.append(path))
    Relay(lambda: STOPPED, lambda: None, served=ServedNames(), known_proxy=False).add_route(app)
    assert added == ["/headroom/ws"]
