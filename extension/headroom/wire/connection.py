"""What uvicorn's own connection can do and starlette's WebSocket cannot. Of another kind it is left as it is."""

from __future__ import annotations

from typing import Any

from fastapi import WebSocket

from .messages import MAX_MESSAGE_BYTES


def bound_messages(websocket: WebSocket) -> None:
    """Else uvicorn takes in 16 MiB of each message before a route sees any of it. It has no setting for one route."""
    protocol = _protocol(websocket)
    for holder in (protocol, getattr(protocol, "conn", None)):
        if isinstance(getattr(holder, "max_size", None), int):
            setattr(holder, "max_size", MAX_MESSAGE_BYTES)  # noqa: B010  no type that is known here has it


def abort(websocket: WebSocket) -> None:
    """Ends it at once, with what is unsent; uvicorn would wait 40 s for a page that does not read."""
    transport = getattr(_protocol(websocket), "transport", None)
    if transport is not None:
        transport.abort()


def peer_address(websocket: WebSocket) -> str | None:
    """Who really connected; `websocket.client` is whom X-Forwarded-For names, which any program here may write."""
    transport = getattr(_protocol(websocket), "transport", None)
    name = transport.get_extra_info("peername") if transport is not None else None
    return str(name[0]) if isinstance(name, tuple) and name else None


def _protocol(websocket: WebSocket) -> Any:
    return getattr(getattr(websocket, "_receive", None), "__self__", None)
