"""The host's end of the sidecar's protocol, with the networks in the WebUI's place."""

from __future__ import annotations

import gc
import json
import os
import threading
import time
from typing import Any

import torch
from headroom.process.sidecar import Snapshot
from headroom.webui.errors import drop, signs_of
from headroom.wire.link import HostLink
from headroom.wire.messages import PROTOCOL_VERSION, Company, Report, TorchCounters

from .backends import Backend
from .networks import Networks
from .phases import PhaseTracker
from .pipeline import InterruptedRunError, Pipeline

VERSION = "1"
Message = dict[str, Any]
CONNECT_LIMIT_S = 30.0
# As service/hosts/out-of-memory.ts has them.
OF_THE_HOST = ("python-class", "cpu-allocator")


class Host:
    """`run` is called in one thread only; `cancel` from any. `static_mib` is torch's memory with the weights in it."""

    def __init__(self, networks: Networks, backend: Backend, port: int, token: str) -> None:
        self._backend = backend
        self._memory = backend.memory
        self._cancelled: set[str] = set()
        self._run_id = ""
        self._generating = False
        self._greeted = threading.Event()
        self._told: Message | None = None
        self.static_mib = None if self._memory is None else self._memory.read().allocated_mib
        self._report = report_of(networks, backend)
        self._pipeline = Pipeline(networks, backend, stop=lambda: self._run_id in self._cancelled)
        self.on_request: Any = lambda message: None
        snapshot = Snapshot("running", "", False, port, token)
        self._link = HostLink(
            lambda: snapshot, greeting=self._greet, tick=self._tick, on_message=self._on_message, on_lost=lambda: None
        )

    def start(self) -> None:
        """Returns when the sidecar has been greeted. Raises TimeoutError."""
        self._link.start()
        if not self._greeted.wait(CONNECT_LIMIT_S):
            raise TimeoutError("no connection to the sidecar")

    def stop(self) -> None:
        self._link.stop()

    def cancel(self, run_id: str) -> None:
        self._cancelled.add(run_id)

    def run(self, request: Message, extras: list[str]) -> Message:
        """One generation, told to the sidecar as it goes. `request` as the protocol's `run`; returns what it told, with
        times:

        {"outcome", "error", "torch", "durationMs", "phases": [{..., "beganAtMs", "endedAtMs"}], "before",
        "startedAtMs", "endedAtMs"}, Unix time in ms.
        """
        run_id = self._run_id = request["runId"]
        self._collect()
        phases: list[Message] = []
        # Of what the sidecar asked for it knows the settings.
        told = None if request.get("origin") != "ordinary" else company_of(extras)
        facts = {"settings": json.dumps(request["settings"])}

        def mark(at: str, counters: TorchCounters | None, after_ms: float) -> None:
            nonlocal told
            where = {"type": "run-mark", "runId": run_id, "at": at, "afterMs": after_ms}
            self._send({**where, "facts": facts, "company": told, "torch": counters})
            told = None

        tracker = PhaseTracker(self._memory, lambda counters: self._phase(counters, phases), on_mark=mark)
        self._generating = True
        started = {"type": "run-started", "runId": run_id, "startedAtMs": tracker.started_at_ms}
        self._send({**started, "torch": tracker.first})
        started_at_ms, began_s = _now_ms(), time.monotonic()
        outcome, error, signs = self._attempt(request, tracker)
        duration_ms = round((time.monotonic() - began_s) * 1000, 1)
        ended_at_ms = _now_ms()
        tracker.close()
        self._collect()
        self._generating = False
        ended = {"outcome": outcome, "torch": tracker.totals(), "durationMs": duration_ms, "error": error}
        self._send(
            {
                "type": "run-ended",
                "runId": run_id,
                "returned": outcome in ("ok", "interrupted"),
                "stopFlags": ["interrupted"] if outcome == "interrupted" else [],
                "errorSigns": signs,
                "error": error,
                "afterMs": tracker.after_ms(),
                "torch": tracker.last,
            }
        )
        self._send(self._memory_message())
        self._cancelled.discard(run_id)
        times = {"startedAtMs": started_at_ms, "endedAtMs": ended_at_ms}
        return {**ended, "phases": phases, "before": tracker.before, **times}

    def _attempt(self, request: Message, tracker: PhaseTracker) -> tuple[str, str | None, list[str]]:
        cap_mib = request["capMiB"]
        try:
            if self._memory is None or cap_mib is None:
                self._pipeline.run(request["settings"], request["steps"], tracker)
            else:
                with self._memory.capped(cap_mib):
                    self._pipeline.run(request["settings"], request["steps"], tracker)
            self._backend.synchronise()
            return "ok", None, []
        except InterruptedRunError:
            return "interrupted", None, []
        except Exception as error:  # noqa: BLE001  whatever a generation raises is this run's result
            signs = signs_of(error)
            text = f"{type(error).__name__}: {error}"[:2000]
            drop(error)
            ran_out = signs[:1] and (self._backend.device.type == "cpu" or signs[0] not in OF_THE_HOST)
            return "oom" if ran_out else "failed", text, signs

    def _phase(self, counters: Message, phases: list[Message]) -> None:
        ended_at_ms = _now_ms()
        phases.append({**counters, "beganAtMs": ended_at_ms - counters["durationMs"], "endedAtMs": ended_at_ms})

    def _collect(self) -> None:
        gc.collect()
        self._backend.empty_cache()
        self._backend.synchronise()

    def _send(self, message: Message) -> None:
        self._link.send(message)

    def _greet(self) -> list[Message]:
        hello = {
            "type": "hello",
            "protocol": PROTOCOL_VERSION,
            "shimVersion": f"capture {VERSION}",
            "pid": os.getpid(),
            "hasGenerated": False,
        }
        self._greeted.set()
        return [hello, {"type": "environment", "report": self._report}, self._memory_message()]

    def _tick(self) -> list[Message]:
        message = self._memory_message()
        if message == self._told:
            return []
        self._told = message
        return [message]

    def _memory_message(self) -> Message:
        now = None if self._memory is None else self._memory.read()
        what = {"torch": now, "loaded": "random weights", "collected": not self._generating}
        return {"type": "host-memory", **what, "generating": self._generating, "device": None}

    def _on_message(self, message: Message) -> None:
        if message["type"] == "run":
            self.on_request({**message["parameters"], "runId": message["runId"], "capMiB": message["capMiB"]})
        elif message["type"] == "cancel":
            self.cancel(str(message["runId"]))


def report_of(networks: Networks, backend: Backend) -> Report:
    """service/hosts/capture.ts reads it: facts are the key's entries."""
    facts: dict[str, str | None] = {
        "checkpoint": f"{networks.name}, random weights",
        "torch": str(torch.__version__),
        "family": networks.name,
        "attention": "sdp",
        "vram_mode": "none",
        "dtype_unet": str(networks.dtype).removeprefix("torch."),
        "dtype_vae": str(networks.dtype).removeprefix("torch."),
        **({} if backend.marked is None else {"figures": backend.marked}),
    }
    return {
        "program": ["gpu_capture"],
        "facts": facts,
        "webuiVersion": VERSION,
        "device": backend.describe(),
        "latentUpscalers": [],
        "imageUpscalers": [],
    }


def company_of(extras: list[str]) -> Company:
    scripts: list[Any] = [
        {"title": extra, "file": "capture", "handed": [{"value": "True", "on": None}]} for extra in extras
    ]
    return {"scripts": scripts, "chosenScript": None, "networks": {}, "lengths": None}


def _now_ms() -> float:
    return round(time.time() * 1000, 1)
