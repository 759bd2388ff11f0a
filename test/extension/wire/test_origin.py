"""Each row is what a browser, a proxy or an attacker would send, and the right answer to it."""

import itertools
import socket

import pytest
from headroom.wire.origin import (
    ANOTHER_PORT,
    ANOTHER_SITE,
    MALFORMED,
    NO_ORIGIN,
    UNKNOWN_NAME,
    ServedNames,
    check_origin,
    known_proxy,
    served_names,
)
from starlette.datastructures import Headers

ALONE = ServedNames()
LISTENS = ServedNames(private_names=True)
SUBPATH = ServedNames(any_name=True)
NAMED = ServedNames(named=frozenset({"webui.example"}))
LET_IN = None


def answer(lines, served=ALONE, login=False):
    """`lines`: "Name: value", one a header, doubled ones included."""
    raw = [tuple(part.strip().encode("latin-1") for part in line.split(":", 1)) for line in lines]
    return check_origin(Headers(raw=[(name.lower(), value) for name, value in raw]), served, login=login)


def ask(origin, host, *more, **how):
    return answer([f"Origin: {origin}", f"Host: {host}", *more], **how)


OWN_HOSTS = [
    "127.0.0.1",
    "127.0.0.1:7860",
    "127.1.2.3:7860",
    "localhost",
    "localhost:7860",
    "LOCALHOST:7860",
    "LocalHost:7860",
    "localhost.:7860",
    "webui.localhost:7860",
    "a.b.localhost:7860",
    "[::1]",
    "[::1]:7860",
    "[0:0:0:0:0:0:0:1]:7860",
    "192.168.1.20:7860",
    "10.0.0.5",
    "172.17.0.2:7860",
    "100.64.0.9:7860",
    "203.0.113.7:7860",
    "[fd00::20]:7860",
    "[FE80::1]:7860",
    "[::ffff:127.0.0.1]:7860",
    "127.0.0.1.:7860",
    socket.gethostname(),
    f"{socket.gethostname()}.local:7860",
    "0.0.0.0:7860",
]
PUBLIC_HOSTS = [
    "evil.example",
    "evil.example:7860",
    "EVIL.example:7860",
    "evil.example.:7860",
    "localhost.evil.example:7860",
    "127.0.0.1.evil.example:7860",
    "127.0.0.1.nip.io:7860",
    "localhost.attacker.localhost.example",
    "notlocalhost:7860",
    "xn--lcalhost-54a.example:7860",
    "0x7f.1:7860",
    "2130706433:7860",
    "127.1:7860",
    "evil-localhost:7860",
    "abc.gradio.live",
]
PRIVATE_HOSTS = [
    "gpu-box:7860",
    "gpu-box.local:7860",
    "gpu.lan:7860",
    "gpu.home.arpa",
    "gpu.internal:7860",
    "GPU.LAN:7860",
    "gpu.fritz.home:80",
]


@pytest.mark.parametrize("host", OWN_HOSTS)
@pytest.mark.parametrize("scheme", ["http", "https", "HTTP"])
def test_the_webuis_own_pages_are_let_in(scheme, host):
    assert ask(f"{scheme}://{host}", host) is LET_IN


@pytest.mark.parametrize("host", PUBLIC_HOSTS)
def test_a_name_that_may_have_been_pointed_at_this_machine_is_refused(host):
    assert ask(f"http://{host}", host) is UNKNOWN_NAME
    assert ask(f"http://{host}", host, "Sec-Fetch-Site: same-origin") is UNKNOWN_NAME


@pytest.mark.parametrize("host", PUBLIC_HOSTS)
@pytest.mark.parametrize(
    ("more", "how"),
    [
        (["X-Forwarded-For: 203.0.113.9"], {}),
        ([], {"login": True}),
        ([], {"served": SUBPATH}),
    ],
    ids=["a proxy", "a login", "a sub-path, which a proxy makes"],
)
def test_any_name_will_do_with(host, more, how):
    assert ask(f"http://{host}", host, *more, **how) is LET_IN


@pytest.mark.parametrize("host", PUBLIC_HOSTS)
def test_any_name_will_do_with_https_for_who_answers_must_hold_its_certificate(host):
    assert ask(f"https://{host}", host) is LET_IN


@pytest.mark.parametrize("host", PRIVATE_HOSTS)
def test_a_name_of_the_local_network_will_do_where_the_webui_listens_to_it(host):
    assert ask(f"http://{host}", host, served=LISTENS) is LET_IN
    assert ask(f"http://{host}", host) is UNKNOWN_NAME


@pytest.mark.parametrize("host", [host for host in PUBLIC_HOSTS if "." in host.split(":")[0]])
def test_and_a_public_one_will_not(host):
    assert ask(f"http://{host}", host, served=LISTENS) is UNKNOWN_NAME


def test_a_name_that_the_person_gave_is_served():
    assert ask("http://webui.example:7860", "webui.example:7860", served=NAMED) is LET_IN
    assert ask("http://WEBUI.example.:7860", "webui.example.:7860", served=NAMED) is LET_IN
    assert ask("http://webui.example.evil.example", "webui.example.evil.example", served=NAMED) is UNKNOWN_NAME


FOREIGN = [
    ("http://evil.example", "127.0.0.1:7860", ANOTHER_SITE),
    ("https://evil.example", "127.0.0.1:7860", ANOTHER_SITE),
    ("http://evil.example:7860", "127.0.0.1:7860", ANOTHER_SITE),
    ("http://127.0.0.1:8188", "127.0.0.1:7860", ANOTHER_PORT),
    ("http://127.0.0.1", "127.0.0.1:7860", ANOTHER_PORT),
    ("http://localhost:7861", "localhost:7860", ANOTHER_PORT),
    ("http://[::1]:7861", "[::1]:7860", ANOTHER_PORT),
    ("https://localhost", "localhost:80", ANOTHER_PORT),
    ("http://localhost:443", "localhost", ANOTHER_PORT),
    ("https://localhost:80", "localhost", ANOTHER_PORT),
    ("http://localhost:7860", "127.0.0.1:7860", ANOTHER_SITE),
    ("http://127.0.0.1:7860", "localhost:7860", ANOTHER_SITE),
    ("http://[::1]:7860", "127.0.0.1:7860", ANOTHER_SITE),
    ("http://127.0.0.2:7860", "127.0.0.1:7860", ANOTHER_SITE),
    ("http://localhost.:7860", "localhost:7860", ANOTHER_SITE),
    ("http://localhost.evil.example:7860", "localhost:7860", ANOTHER_SITE),
    ("http://127.0.0.1.evil.example:7860", "127.0.0.1:7860", ANOTHER_SITE),
    ("http://evil.example.localhost:7860", "localhost:7860", ANOTHER_SITE),
    ("http://webui.example", "www.webui.example", ANOTHER_SITE),
    ("http://a.webui.example", "webui.example", ANOTHER_SITE),
    ("https://xn--wbui-4oa.example", "webui.example", ANOTHER_SITE),
]
HOW = [{}, {"login": True}, {"served": SUBPATH}, {"served": LISTENS}]


@pytest.mark.parametrize(("row", "how"), list(itertools.product(FOREIGN, HOW)))
def test_a_page_of_another_site_or_port_is_refused_whatever_the_webui_is_open_to(row, how):
    origin, host, expected = row
    assert ask(origin, host, **how) is expected
    assert ask(origin, host, "X-Forwarded-For: 203.0.113.9", **how) is expected


UNUSABLE = [
    (["Host: 127.0.0.1:7860"], NO_ORIGIN),
    (["Origin: http://127.0.0.1:7860"], NO_ORIGIN),
    (["Origin: null", "Host: 127.0.0.1:7860"], NO_ORIGIN),
    (["Origin: null", "Host: null"], NO_ORIGIN),
    (["Origin:", "Host: 127.0.0.1:7860"], NO_ORIGIN),
    (["Origin: NULL", "Host: 127.0.0.1:7860"], MALFORMED),
    ([], NO_ORIGIN),
    (["Origin: http://127.0.0.1:7860", "Origin: http://127.0.0.1:7860", "Host: 127.0.0.1:7860"], NO_ORIGIN),
    (["Origin: http://127.0.0.1:7860", "Origin: http://evil.example", "Host: 127.0.0.1:7860"], NO_ORIGIN),
    (["Origin: http://evil.example", "Host: evil.example", "Host: 127.0.0.1:7860"], NO_ORIGIN),
    (["Origin: http://127.0.0.1:7860 http://evil.example", "Host: 127.0.0.1:7860"], MALFORMED),
    (["Origin: http://127.0.0.1:7860, http://evil.example", "Host: 127.0.0.1:7860"], MALFORMED),
]
MALFORMED_PAIRS = [
    ("file://", "127.0.0.1:7860"),
    ("file:///home", "127.0.0.1:7860"),
    ("chrome-extension://abcdef", "abcdef"),
    ("ws://127.0.0.1:7860", "127.0.0.1:7860"),
    ("data:text/html,x", "127.0.0.1:7860"),
    ("javascript:1", "127.0.0.1:7860"),
    ("127.0.0.1:7860", "127.0.0.1:7860"),
    ("//127.0.0.1:7860", "127.0.0.1:7860"),
    ("http:/127.0.0.1:7860", "127.0.0.1:7860"),
    ("http:127.0.0.1:7860", "127.0.0.1:7860"),
    ("http://127.0.0.1:7860/", "127.0.0.1:7860"),
    ("http://127.0.0.1:7860/x", "127.0.0.1:7860"),
    ("http://127.0.0.1:7860?x", "127.0.0.1:7860"),
    ("http://127.0.0.1:7860#x", "127.0.0.1:7860"),
    ("http://127.0.0.1:7860@evil.example", "127.0.0.1:7860"),
    ("http://evil.example@127.0.0.1:7860", "127.0.0.1:7860"),
    ("http://anna:secret@127.0.0.1:7860", "127.0.0.1:7860"),
    ("http://127.0.0.1:7860\\\\.evil.example", "127.0.0.1:7860"),
    ("http://127.0.0.1:7860.evil.example", "127.0.0.1:7860"),
    ("http://127.0.0.1:", "127.0.0.1:"),
    ("http://127.0.0.1:0", "127.0.0.1:0"),
    ("http://127.0.0.1:65536", "127.0.0.1:65536"),
    ("http://127.0.0.1:99999", "127.0.0.1:99999"),
    ("http://127.0.0.1:-1", "127.0.0.1:-1"),
    ("http://127.0.0.1:7860:7860", "127.0.0.1:7860:7860"),
    ("http://127.0.0.1:0x1eb4", "127.0.0.1:0x1eb4"),
    ("http://127.0.0.1:\xb2", "127.0.0.1:\xb2"),
    ("http://[::1", "[::1"),
    ("http://::1:7860", "::1:7860"),
    ("http://[::1]7860", "[::1]7860"),
    ("http://[::1%25eth0]:7860", "[::1%25eth0]:7860"),
    ("http://", "127.0.0.1:7860"),
    ("http://.", "."),
    ("http://..", ".."),
    ("http://.localhost", ".localhost"),
    ("http://a..localhost", "a..localhost"),
    ("http://local\thost", "local\thost"),
    ("http://local host", "local host"),
    ("http://localhost%00", "localhost%00"),
    ("http://%6cocalhost", "%6cocalhost"),
    ("http://\xe4.example", "\xe4.example"),
    ("http://*", "*"),
    ("*", "127.0.0.1:7860"),
    ("http://127.0.0.1:7860", "127.0.0.1:7860/x"),
    ("http://127.0.0.1:7860", "evil.example@127.0.0.1:7860"),
    ("http://127.0.0.1:7860", "http://127.0.0.1:7860"),
    ("http://127.0.0.1:7860", "127.0.0.1:7860, evil.example"),
]


@pytest.mark.parametrize(("lines", "expected"), UNUSABLE)
def test_headers_that_say_nothing_or_two_things_are_refused(lines, expected):
    for how in HOW:
        assert answer(lines, **how) is expected


@pytest.mark.parametrize(("origin", "host"), MALFORMED_PAIRS)
def test_what_no_browser_writes_is_refused(origin, host):
    for how in HOW:
        assert ask(origin, host, **how) is MALFORMED


PROXIED = [
    # How the proxy was told to pass on what the browser asked for, and what the page is then.
    ("https://webui.example", ["Host: webui.example"], LET_IN),
    ("https://webui.example:8443", ["Host: webui.example:8443"], LET_IN),
    ("https://webui.example:443", ["Host: webui.example"], LET_IN),
    ("https://webui.example", ["Host: webui.example:443"], LET_IN),
    ("https://webui.example", ["Host: 127.0.0.1:7860", "X-Forwarded-Host: webui.example"], LET_IN),
    ("https://webui.example", ["Host: 127.0.0.1:7860", "X-Forwarded-Host: WEBUI.example"], LET_IN),
    ("https://webui.example", ["Host: 127.0.0.1:7860", "X-Forwarded-Host: webui.example, inner.example"], LET_IN),
    ("https://webui.example:8443", ["Host: webui.example:8443", "X-Forwarded-Host: webui.example"], LET_IN),
    ("https://webui.example:8443", ["Host: webui.example", "X-Forwarded-Host: webui.example:8443"], LET_IN),
    ("http://webui.example", ["Host: webui.example", "X-Forwarded-For: 203.0.113.9"], LET_IN),
    ("http://webui.example", ["Host: webui.example", "X-Real-IP: 203.0.113.9"], LET_IN),
    ("http://webui.example", ["Host: webui.example", "Forwarded: for=203.0.113.9"], LET_IN),
    ("http://webui.example", ["Host: webui.example", "Via: 1.1 proxy"], LET_IN),
    ("http://webui.example", ["Host: webui.example", "X-Forwarded-Proto: http"], LET_IN),
    ("http://webui.example", ["Host: webui.example"], UNKNOWN_NAME),
    ("https://abc123.gradio.live", ["Host: abc123.gradio.live", "X-Forwarded-For: 203.0.113.9"], LET_IN),
    ("https://abc123.gradio.live", ["Host: abc123.gradio.live"], LET_IN),
    ("https://xn--bcher-kva.example", ["Host: xn--bcher-kva.example"], LET_IN),
    ("https://webui.example", ["Host: 127.0.0.1:7860"], ANOTHER_SITE),
    ("https://webui.example:8443", ["Host: webui.example"], ANOTHER_PORT),
    ("https://evil.example", ["Host: webui.example"], ANOTHER_SITE),
    ("https://evil.example", ["Host: 127.0.0.1:7860", "X-Forwarded-Host: webui.example"], ANOTHER_SITE),
    ("https://evil.example", ["Host: webui.example", "X-Forwarded-Host: webui.example, evil.example"], ANOTHER_SITE),
    # Two proxies, each with a header of its own: as in a list, the first is the one that the browser met.
    (
        "https://webui.example",
        ["Host: 127.0.0.1", "X-Forwarded-Host: webui.example", "X-Forwarded-Host: inner.example"],
        LET_IN,
    ),
    (
        "https://evil.example",
        ["Host: 127.0.0.1", "X-Forwarded-Host: webui.example", "X-Forwarded-Host: evil.example"],
        ANOTHER_SITE,
    ),
    # A page of whatever the visitor runs at the address that the proxy's upstream has on its own machine.
    ("http://127.0.0.1:7860", ["Host: 127.0.0.1:7860", "X-Forwarded-Host: webui.example"], ANOTHER_SITE),
    ("http://localhost:7860", ["Host: localhost:7860", "X-Forwarded-Host: webui.example"], ANOTHER_SITE),
    (
        "http://127.0.0.1:7860",
        ["Host: 127.0.0.1:7860", "X-Forwarded-For: 203.0.113.9", "Sec-Fetch-Site: cross-site"],
        ANOTHER_SITE,
    ),
    ("http://127.0.0.1:7860", ["Host: 127.0.0.1:7860", "X-Forwarded-Host: evil.example@127.0.0.1:7860"], ANOTHER_SITE),
    ("https://webui.example", ["Host: webui.example", "X-Forwarded-Host:"], ANOTHER_SITE),
]


@pytest.mark.parametrize(("origin", "lines", "expected"), PROXIED)
def test_behind_a_proxy_what_the_browser_asked_for_counts(origin, lines, expected):
    assert answer([f"Origin: {origin}", *lines]) is expected


@pytest.mark.parametrize(
    ("site", "expected"),
    [("same-origin", LET_IN), ("same-site", LET_IN), ("none", LET_IN), ("", LET_IN), ("cross-site", ANOTHER_SITE)],
)
def test_a_browser_that_says_that_the_page_is_another_sites_is_believed(site, expected):
    for host in ("127.0.0.1:7860", "localhost:7860", "[::1]:7860"):
        assert ask(f"http://{host}", host, f"Sec-Fetch-Site: {site}", "Sec-Fetch-Mode: websocket") is expected


def test_the_words_of_a_refusal_say_what_to_do_and_nothing_of_what_was_sent():
    assert "X-Forwarded-Host" in UNKNOWN_NAME.reason
    assert "HEADROOM_HOSTS" in UNKNOWN_NAME.reason
    assert ask("http://canary.example", "127.0.0.1:7860") is ANOTHER_SITE
    assert "with its port" in ANOTHER_PORT.reason


@pytest.mark.parametrize(
    ("flags", "hosts", "expected"),
    [
        ({}, "", ALONE),
        ({"listen": True}, "", LISTENS),
        ({"share": True, "ngrok": "token"}, "", ALONE),
        ({"subpath": "sd"}, "", SUBPATH),
        ({"server_name": "0.0.0.0"}, "", ServedNames(private_names=True, named=frozenset({"0.0.0.0"}))),
        ({}, " WebUI.example., other.example,", ServedNames(named=frozenset({"webui.example", "other.example"}))),
    ],
)
def test_what_is_served_is_read_from_the_command_line_and_the_environment(flags, hosts, expected):
    assert served_names(flags.get, hosts) == expected


@pytest.mark.parametrize(
    ("flags", "allowed", "known"),
    [({}, "", False), ({"subpath": "/webui"}, "", True), ({}, "10.0.0.2", True), ({"listen": True}, " ", False)],
)
def test_a_proxy_is_known_where_the_person_has_said_so(flags, allowed, known):
    assert known_proxy(flags.get, allowed) is known
