"""The WebSocket route of the WebUI's own app: checks login and Origin, and keeps the pages that came in.

So remote browsers, https, share links, sub-paths and --gradio-auth work, and no second port opens.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from fastapi import WebSocket

from ..log import get_logger
from ..process.sidecar import Snapshot
from . import connection
from .inbox import CLOSE_BUSY, CLOSE_POLICY
from .login import is_logged_in, login_in_force
from .origin import Refusal, ServedNames, check_origin
from .page import Orders, Page
from .places import MAX_PAGES, MAX_PAGES_OF_ONE, Places, visitor_at

logger = get_logger(__name__)

ROUTE = "/headroom/ws"
# What a browser sends with each of its requests, and another one seldom the same.
BROWSER_HEADERS = ("user-agent", "accept-language", "origin", "cookie")
NO_LOGIN = Refusal("no login")


class Relay:
    """`snapshot` is the sidecar's; `served` as in `check_origin`.

    `known_proxy`: the person has said that one is in front, so the addresses that it tells are its visitors'.
    """

    def __init__(
        self,
        snapshot: Callable[[], Snapshot],
        orders: Orders,
        *,
        served: ServedNames,
        known_proxy: bool,
    ) -> None:
        self._known_proxy = known_proxy
        self._snapshot = snapshot
        self._orders = orders
        self._served = served
        self._places = Places()
        self._told: set[str] = set()

    def add_route(self, app: Any) -> None:
        """Works after launch; adding middleware would not."""

        async def headroom_page(websocket: WebSocket) -> None:
            await self.serve(app, websocket)

        app.add_api_websocket_route(ROUTE, headroom_page)

    async def serve(self, app: Any, websocket: WebSocket) -> None:
        login = login_in_force(app)
        refusal = check_origin(websocket.headers, self._served, login=login)
        if refusal is None and login and not await is_logged_in(app, websocket):
            refusal = NO_LOGIN
        if refusal is not None:
            self._tell_once(refusal.reason)
            await websocket.close(code=CLOSE_POLICY)
            return
        page = Page(websocket, self._snapshot, self._orders, self._visitor(websocket), _browser(websocket))
        if not self._places.take(page):
            self._tell_once(f"too many are open already ({MAX_PAGES_OF_ONE} a visitor, {MAX_PAGES} in all)")
            await websocket.close(code=CLOSE_BUSY)
            return
        went = False
        try:
            connection.bound_messages(websocket)
            await websocket.accept()
            went = await page.run() is None
        finally:
            self._places.leave(page, held=went)

    def _visitor(self, websocket: WebSocket) -> str:
        told = websocket.client.host if websocket.client is not None else None
        peer = connection.peer_address(websocket)
        return visitor_at(told if self._known_proxy or peer is None else peer)

    def _tell_once(self, reason: str) -> None:
        if reason not in self._told:
            self._told.add(reason)
            logger.warning("Headroom: a page was refused: %s", reason)


def _browser(websocket: WebSocket) -> str:
    """Recognises a reload, and opens nothing: who sends the same takes a place that is free, and no more."""
    told = repr([websocket.headers.getlist(name) for name in BROWSER_HEADERS])
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()
