"""Who may open the page's WebSocket: the WebUI's own pages, logged in where the WebUI asks for a login.

A WebSocket is not covered by CORS, so any page in the person's browser may try to open one (docs/PROTOCOL.md). What such a
page cannot do is choose headers: Origin is the browser's, and it cannot add X-Forwarded-Host or any other header.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
# Set by proxies; their presence shows that a proxy, and not the page itself, named the host.
PROXY_HEADERS = ("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded", "via")


@dataclass(frozen=True)
class Refusal:
    reason: str


def _authority(text: str, default_port: int) -> tuple[str, int] | None:
    """Host name (lower case, no trailing dot) and port of `host[:port]`; None where it is malformed."""
    try:
        parts = urlsplit(f"//{text}")
        port = parts.port
    except ValueError:
        return None
    if parts.hostname is None or parts.path or parts.query or parts.fragment or parts.username is not None:
        return None
    return parts.hostname.rstrip(".").lower(), port if port is not None else default_port


def _is_own_name(name: str) -> bool:
    """An address, or a name of this very machine: neither can be pointed elsewhere by a stranger's DNS."""
    try:
        ipaddress.ip_address(name)
        return True
    except ValueError:
        pass
    own = socket.gethostname().lower()
    return name == "localhost" or name.endswith(".localhost") or name in (own, f"{own}.local", own.split(".")[0])


def check_origin(headers: Mapping[str, str], *, any_name: bool) -> Refusal | None:
    """None where the page comes from the host that it asked.

    `any_name`: the WebUI is open to other machines, or asks for a login, and so may be reached under any name. Otherwise a
    DNS name that is not this machine's is refused: it may have been pointed at 127.0.0.1 to get here (DNS rebinding).
    """
    origin = headers.get("origin")
    host = headers.get("host")
    if not origin or origin == "null" or not host:
        return Refusal("no usable Origin")
    try:
        parts = urlsplit(origin)
    except ValueError:
        return Refusal("a malformed Origin")
    default_port = DEFAULT_PORTS.get(parts.scheme)
    if default_port is None or parts.path or parts.query or parts.fragment:
        return Refusal("a malformed Origin")
    asking = _authority(parts.netloc, default_port)
    if asking is None:
        return Refusal("a malformed Origin")
    # A proxy may put its own upstream's name into Host and the name that the browser used into X-Forwarded-Host.
    forwarded = headers.get("x-forwarded-host", "").split(",")[0].strip()
    asked = [_authority(text, default_port) for text in (host, forwarded) if text]
    if asking not in asked:
        return Refusal("a page of another site")
    behind_proxy = any(name in headers for name in PROXY_HEADERS)
    if not (any_name or behind_proxy or _is_own_name(asking[0])):
        return Refusal("a host name that the WebUI does not serve (a proxy in front of it must set X-Forwarded-Host)")
    return None


def login_in_force(app: Any) -> bool:
    return getattr(app, "auth", None) is not None or getattr(app, "auth_dependency", None) is not None


def is_logged_in(app: Any, connection: Any) -> bool:
    """Looks the token up as Gradio's own routes do; its presence alone means nothing. `connection` has `cookies`."""
    dependency = getattr(app, "auth_dependency", None)
    if dependency is not None:
        try:
            return dependency(connection) is not None
        except Exception:  # noqa: BLE001  the person's own function: whatever it raises means no
            return False
    if getattr(app, "auth", None) is None:
        return True
    cookie_id = getattr(app, "cookie_id", None)
    suffixes = ["", f"-{cookie_id}"] if cookie_id else [""]
    tokens = getattr(app, "tokens", None) or {}
    for suffix in suffixes:
        token = connection.cookies.get(f"access-token{suffix}") or connection.cookies.get(f"access-token-unsecure{suffix}")
        if token and tokens.get(token) is not None:
            return True
    return False
