"""Puts the parts together, for as long as the WebUI's scripts are loaded."""

from __future__ import annotations

import os
import secrets
import sys
from functools import partial
from typing import Any

from . import __version__, words
from .guard import guarded
from .log import get_logger
from .process import node
from .process.paths import FOLDER, SIDECAR_BUNDLE, cache_dirs, is_file
from .process.sidecar import Sidecar, SidecarUnavailableError
from .webui.a1111 import Webui
from .webui.error_watch import ErrorWatch
from .webui.generation import Generation
from .webui.options import add_options
from .webui.ordinary import OrdinaryRuns
from .webui.peaks import PeakKeeper
from .webui.rescue import Rescue
from .webui.set_option import set_option
from .webui.state import WebuiState
from .webui.worker import Worker
from .wire.api import Api
from .wire.link import HostLink
from .wire.messages import PROTOCOL_VERSION, Hello, ToShim, ToSidecar
from .wire.origin import known_proxy, served_names
from .wire.page import Orders
from .wire.relay import Relay

logger = get_logger(__name__)


class Extension:
    """Everything of one loading of the WebUI's scripts; Reload UI stops it and makes a new one."""

    def __init__(self, webui: Webui | None = None) -> None:
        self._webui = webui or Webui()
        self._peaks = PeakKeeper()
        # The same for each sidecar of this WebUI: by it a new one may go on with a benchmark that the last one began.
        self._webui_id = secrets.token_hex(8)
        self._sidecar = Sidecar(self._command, started_badly=lambda: node.forget(self._cache_dirs()))
        self._link = HostLink(
            lambda: self._sidecar.snapshot,
            greeting=self._greet,
            tick=self._tick,
            on_message=self._on_message,
            on_lost=self._on_lost,
            on_hung=self._sidecar.end_hung,
        )
        self._state = WebuiState(self._webui, self._link.send)
        self.rescue = Rescue(self._webui, on_rescued=lambda: self.ordinary.rescued())
        self._generation = Generation(
            self._webui,
            self._send,
            before_run=self._before_benchmark_run,
            on_collected=lambda: self._state.send_memory(generating=False, collected=True),
        )
        self._worker = Worker(self._generation.run)
        self.ordinary = OrdinaryRuns(
            self._webui,
            self._send,
            on_run=self._person_generates,
            on_over=self.rescue.forget,
            keep_peaks=self._peaks.note,
        )
        self._errors = ErrorWatch(self._webui, self.ordinary.raised)
        self._started = False

    def on_app_started(self, demo: Any, app: Any) -> None:
        """`demo` is None with --nowebui. The sidecar starts in the background."""
        if app is None or (demo is None and self._webui.flag("api_auth")):
            # An API-only server with a password has no login that a page could show.
            logger.warning("Headroom: no page can be served here (--nowebui with --api-auth)")
        else:
            self._relay().add_route(app)
            self._keep_from_visitors(demo)
        if app is not None:
            Api(lambda: self._sidecar.snapshot).add_routes(app)
        if not self._started:
            self._started = True
            self._sidecar.start()
            self._link.start()
            self._worker.start()
            self._errors.start()
            self._peaks.attach(getattr(self._webui.shared, "mem_mon", None))

    @guarded
    def add_options(self) -> None:
        """The WebUI asks for them before its page is made."""
        add_options(self._webui)

    @guarded
    def stop(self) -> None:
        """Before Reload UI; the sidecar of a WebUI that is killed sees its stdin end."""
        self._peaks.detach()
        self.rescue.stop()
        self._errors.stop()
        self._on_lost()
        if self._started:
            self._link.stop()
            self._worker.stop()
        self._sidecar.stop()

    def _relay(self) -> Relay:
        served = served_names(self._webui.flag, os.environ.get("HEADROOM_HOSTS", ""))
        proxy = known_proxy(self._webui.flag, os.environ.get("FORWARDED_ALLOW_IPS", ""))
        return Relay(
            lambda: self._sidecar.snapshot,
            Orders(self._sidecar.start, partial(set_option, self._webui)),
            served=served,
            known_proxy=proxy,
        )

    def _keep_from_visitors(self, demo: Any) -> None:
        """Gradio's /file= serves whatever lies under the WebUI's data folder, and so what was measured."""
        blocked = getattr(demo, "blocked_paths", None)
        if isinstance(blocked, list):
            folder = (self._webui.data_path / FOLDER).absolute()
            # As it is named and, where it is a link, as it lies.
            blocked.extend({str(folder), os.path.realpath(folder)})

    def _cache_dirs(self) -> list[Any]:
        return cache_dirs(self._webui.data_path)

    def _command(self) -> list[str]:
        """In the sidecar's thread: looking for Node.js may start processes."""
        if not is_file(SIDECAR_BUNDLE):
            raise SidecarUnavailableError(words.NO_BUNDLE.format(path=SIDECAR_BUNDLE))
        executable = node.find(self._cache_dirs(), dict(os.environ))
        if executable is None:
            raise SidecarUnavailableError(words.NO_NODE.format(minimum=node.MINIMUM_TEXT))
        data_dir = self._webui.data_path / FOLDER
        whose = ["--data-dir", str(data_dir), "--parent-pid", str(os.getpid()), "--webui-id", self._webui_id]
        return [str(executable), str(SIDECAR_BUNDLE), "serve", *whose]

    def _greet(self) -> list[ToSidecar]:
        hello: Hello = {
            "type": "hello",
            "protocol": PROTOCOL_VERSION,
            "shimVersion": __version__,
            "pid": os.getpid(),
            "hasGenerated": self._webui.has_generated,
        }
        return [hello, *self._state.greet()]

    def _tick(self) -> list[ToSidecar]:
        """Every second, in the link's thread."""
        self.ordinary.look()
        return self._state.tick()

    def _send(self, message: ToSidecar) -> None:
        """From any thread."""
        self._link.send(message)
        self._state.after(message)

    def _before_benchmark_run(self) -> None:
        self.rescue.forget()
        self._state.send_report()

    def _person_generates(self) -> None:
        self._generation.person_generates()
        self._state.send_report()

    def _on_message(self, message: ToShim) -> None:
        if message["type"] == "run":
            self._worker.add(message)
        elif message["type"] == "cancel":
            self._generation.cancel(message["runId"])
        elif message["type"] == "device-memory":
            self._state.want_device(message["wanted"])

    def _on_lost(self) -> None:
        """Nobody is left to hear of a run: the WebUI is the person's again."""
        self._worker.clear()
        in_hand = self._generation.in_hand
        if in_hand is not None:
            self._generation.cancel(in_hand)


_extension: Extension | None = None
"""Kept per process: the WebUI runs its entry script again on Reload UI."""


def current() -> Extension:
    global _extension
    if _extension is None:
        _extension = Extension()
    return _extension


def unload() -> None:
    """Stops, and forgets the package, so that an updated extension is read anew."""
    global _extension
    if _extension is not None:
        _extension.stop()
        _extension = None
    for name in [name for name in sys.modules if name == "headroom" or name.startswith("headroom.")]:
        del sys.modules[name]
