"""The WebUI's own login, where it asks for one: Gradio's tokens, or a function of the person's."""

from __future__ import annotations

import inspect
from typing import Any


def login_in_force(app: Any) -> bool:
    return getattr(app, "auth", None) is not None or getattr(app, "auth_dependency", None) is not None


async def is_logged_in(app: Any, connection: Any) -> bool:
    """Looks the token up as Gradio's own routes do; its presence alone means nothing. `connection` has `cookies`."""
    dependency = getattr(app, "auth_dependency", None)
    if dependency is not None:
        try:
            user = dependency(connection)
            return bool(await user if inspect.isawaitable(user) else user)
        except Exception:  # noqa: BLE001  the person's own function: whatever it raises means no
            return False
    if getattr(app, "auth", None) is None:
        return True
    cookie_id = getattr(app, "cookie_id", None)
    suffixes = ["", f"-{cookie_id}"] if cookie_id else [""]
    tokens = getattr(app, "tokens", None) or {}
    for suffix in suffixes:
        token = connection.cookies.get(f"access-token{suffix}") or connection.cookies.get(
            f"access-token-unsecure{suffix}"
        )
        if token and tokens.get(token) is not None:
            return True
    return False
