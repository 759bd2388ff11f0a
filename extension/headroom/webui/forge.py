"""The WebUI's `process_images`, on the thread where it is wanted: Forge and its kin compute on their main thread."""

from __future__ import annotations

from typing import Any

from .a1111 import Webui


def process_images(webui: Webui, p: Any) -> None:
    """Raises what the generation raises."""
    function = webui.module("processing").process_images
    main_thread = webui.own_module("modules_forge.main_thread")
    if main_thread is None:
        function(p)
        return
    # What runs jobs there swallows what they raise.
    errors: list[Exception] = []

    def job() -> None:
        try:
            function(p)
        except Exception as error:  # noqa: BLE001  carried over to the waiting thread
            errors.append(error)

    main_thread.run_and_wait_result(job)
    if errors:
        raise errors.pop()
