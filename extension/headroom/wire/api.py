"""`/headroom/api` on the WebUI's own app, for programs: under the rules of the WebUI's API, answered by the sidecar.

What is asked goes to it as it came, and what it says goes back; OpenAPI is told by api.json, which is made from the
protocol.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from .. import words
from ..guard import guarded
from ..log import get_logger, without_person
from ..process.sidecar import Snapshot
from . import client as wire
from .messages import API_SCHEMA, MAX_QUERY_CHARACTERS

logger = get_logger(__name__)

OPERATIONS = Path(__file__).with_name("api.json")
# The WebUI's own: what guards it guards ours, and where there is none there is no API.
WEBUIS_API = "/sdapi/"
ANSWER_LIMIT_S = 10.0
# Each holds a connection to the sidecar. Pages that ask for advice wait for those that are before them.
MAX_AT_ONCE = 8
# What the sidecar answers where it could not follow, and whose fault that is.
STATUS_OF_ERRORS = {"bad-message": 422, "too-many-messages": 503}


class Api:
    """`snapshot` is the sidecar's."""

    def __init__(self, snapshot: Callable[[], Snapshot]) -> None:
        self._snapshot = snapshot
        self._in_hand = 0

    @guarded
    def add_routes(self, app: Any) -> None:
        """Once the WebUI has added its own."""
        guards = _guards_of_the_webuis(app)
        for path, told in json.loads(OPERATIONS.read_text(encoding="utf-8")).items():
            if guards is None:
                app.add_api_route(path, _without_api, methods=["GET"], include_in_schema=False)
            else:
                kept = {"methods": ["GET"], "tags": ["Headroom"], "openapi_extra": told, "response_model": None}
                app.add_api_route(path, self._endpoint(path.rsplit("/", 1)[-1]), dependencies=guards, **kept)

    def _endpoint(self, about: str) -> Callable[..., Any]:
        async def headroom_api(request: Request) -> JSONResponse:
            return await self._answer(about, request.url.query)

        return headroom_api

    async def _answer(self, about: str, query: str) -> JSONResponse:
        """Never in a thread of the WebUI's, of which it has few: a sidecar that hangs holds up nobody else."""
        if len(query) > MAX_QUERY_CHARACTERS:
            return _refusal(414, words.TOO_LONG.format(most=MAX_QUERY_CHARACTERS))
        if self._in_hand >= MAX_AT_ONCE:
            return _refusal(503, words.BUSY)
        self._in_hand += 1
        try:
            return await asyncio.wait_for(self._ask({"type": "ask", "about": about, "query": query}), ANSWER_LIMIT_S)
        except wire.CONNECTION_ERRORS as error:
            logger.debug("Headroom: a program got no answer: %r", error)
            return _refusal(503, words.NO_ANSWER)
        finally:
            self._in_hand -= 1

    async def _ask(self, question: wire.Message) -> JSONResponse:
        snapshot = self._snapshot()
        if snapshot.port is None or snapshot.token is None:
            return _refusal(503, without_person(snapshot.message))
        async with wire.connected(f"ws://127.0.0.1:{snapshot.port}/program", snapshot.token) as sidecar:
            await sidecar.send(wire.encode(question))
            told = wire.decode(await sidecar.recv())
        if told is not None and told["type"] == "answer":
            return JSONResponse(told["body"], status_code=told["status"])
        error = told or {}
        return _refusal(STATUS_OF_ERRORS.get(error.get("reason", ""), 500), str(error.get("message", words.NO_ANSWER)))


async def _without_api() -> JSONResponse:
    return _refusal(404, words.NO_API)


def _refusal(status: int, detail: str) -> JSONResponse:
    return JSONResponse({"schema": API_SCHEMA, "detail": detail}, status_code=status)


def _guards_of_the_webuis(app: Any) -> list[Any] | None:
    """What each request to the WebUI's API has to pass (--api-auth); None where it has no API."""
    for route in app.routes:
        if str(getattr(route, "path", "")).startswith(WEBUIS_API):
            return list(getattr(route, "dependencies", None) or [])
    return None
