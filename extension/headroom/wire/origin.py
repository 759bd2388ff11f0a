"""Whether a page that opens the WebSocket is one of the WebUI's own.

A WebSocket is not covered by CORS, so any page in the person's browser may try to open one (docs/PROTOCOL.md). What
such a page cannot do is choose headers: Origin, Host and Sec-Fetch-Site are the browser's, and it cannot add
X-Forwarded-Host.

Decided here and not in the sidecar: who is refused must reach nothing, and hears nothing of the sidecar's state either,
which pages are told while there is none.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers

DEFAULT_PORTS = {"http": 80, "https": 443}
# Set by proxies; their presence shows that a proxy, and not the page itself, named the host.
PROXY_HEADERS = ("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded", "via")
# Endings that no stranger's DNS can answer for (RFC 6762, RFC 8375, ICANN's "internal"), and those that routers
# commonly give.
PRIVATE_ENDINGS = (".local", ".home.arpa", ".internal", ".lan", ".home", ".localdomain")

_AUTHORITY = re.compile(
    r"(?P<name>[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_.])?|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?", re.ASCII
)
_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<authority>[^/?#@\\]+)", re.ASCII)


@dataclass(frozen=True)
class Refusal:
    reason: str


NO_ORIGIN = Refusal("no usable Origin")
MALFORMED = Refusal("a malformed Origin or Host")
ANOTHER_SITE = Refusal(
    "a page of another site (a proxy in front of the WebUI must pass on Host, or set X-Forwarded-Host)"
)
ANOTHER_PORT = Refusal(
    "a page of another port of this host (a proxy in front of the WebUI must pass on Host with its port)"
)
UNKNOWN_NAME = Refusal(
    "a host name that the WebUI does not serve (a proxy in front of it must set X-Forwarded-Host; "
    "HEADROOM_HOSTS takes more names)"
)


@dataclass(frozen=True)
class ServedNames:
    """Under which names the WebUI may be reached without https, a proxy or a login. `any_name`: one that was said to
    have a proxy.

    `private_names`: it is open to other machines, which know it by a name of the local network. `named`: told by the
    person.
    """

    any_name: bool = False
    private_names: bool = False
    named: frozenset[str] = frozenset()

    def has(self, name: str) -> bool:
        name = name.rstrip(".")
        if self.any_name or name in self.named or _is_own_name(name):
            return True
        return self.private_names and ("." not in name or name.endswith(PRIVATE_ENDINGS))


def served_names(flag: Callable[[str], Any], hosts: str) -> ServedNames:
    """From the WebUI's command line and HEADROOM_HOSTS, names with commas between."""
    told = f"{flag('server_name') or ''},{hosts}".lower().split(",")
    return ServedNames(
        # A sub-path is what a proxy makes.
        any_name=bool(flag("subpath")),
        private_names=bool(flag("listen") or flag("server_name")),
        named=frozenset(name.strip().rstrip(".") for name in told if name.strip()),
    )


def known_proxy(flag: Callable[[str], Any], forwarded_allow_ips: str) -> bool:
    """`--subpath` is what a proxy makes; FORWARDED_ALLOW_IPS is uvicorn's variable for whom to believe."""
    return bool(flag("subpath") or forwarded_allow_ips.strip())


@dataclass(frozen=True)
class _Authority:
    """Lower case; an IPv6 address in its brackets."""

    name: str
    port: int


def check_origin(headers: Headers, served: ServedNames, *, login: bool) -> Refusal | None:
    """None where the page comes from the host that it asked, under a name that cannot have been pointed here to get in.

    That is DNS rebinding: a stranger's name that resolves to this machine makes its page "the same site". It is ruled
    out by a login (its cookie goes to the right name alone), by https (whoever answers must hold the name's
    certificate), and else by the name itself.
    """
    origins, hosts = headers.getlist("origin"), headers.getlist("host")
    if len(origins) != 1 or len(hosts) != 1 or origins[0] in ("", "null"):
        return NO_ORIGIN
    match = _ORIGIN.fullmatch(origins[0].lower())
    if match is None:
        return MALFORMED
    default_port = DEFAULT_PORTS[match["scheme"]]
    asking, host = _authority(match["authority"], default_port), _authority(hosts[0], default_port)
    if asking is None or host is None:
        return MALFORMED
    if "cross-site" in headers.getlist("sec-fetch-site"):
        return ANOTHER_SITE
    asked = _asked(host, headers.get("x-forwarded-host"), default_port)
    if asking not in asked:
        return ANOTHER_PORT if asking.name in {one.name for one in asked} else ANOTHER_SITE
    behind_proxy = any(name in headers for name in PROXY_HEADERS)
    if login or match["scheme"] == "https" or behind_proxy or served.has(asking.name):
        return None
    return UNKNOWN_NAME


def _authority(text: str, default_port: int) -> _Authority | None:
    """Of `host[:port]`; None where it is malformed."""
    match = _AUTHORITY.fullmatch(text.lower())
    if match is None or ".." in match["name"]:
        return None
    port = default_port if match["port"] is None else int(match["port"])
    return _Authority(match["name"], port) if 0 < port < 65536 else None


def _asked(host: _Authority, forwarded: str | None, default_port: int) -> set[_Authority]:
    """What the browser asked for. A proxy may put its upstream's name into Host and the browser's into
    X-Forwarded-Host.

    Host then counts no more, or a page of whatever else runs at the upstream's address on the visitor's own machine
    would be let in; unless it is the same name: many proxies lose the port in one of the two.
    """
    if forwarded is None:
        return {host}
    first = _authority(forwarded.split(",")[0].strip(), default_port)
    if first is None:
        return set()
    return {first, host} if host.name == first.name else {first}


def _is_own_name(name: str) -> bool:
    """An address, or a name of this very machine: neither can be pointed elsewhere by a stranger's DNS."""
    try:
        ipaddress.ip_address(name.strip("[]"))
        return True
    except ValueError:
        pass
    own = socket.gethostname().lower()
    return name == "localhost" or name.endswith(".localhost") or name in (own, f"{own}.local", own.split(".")[0])
