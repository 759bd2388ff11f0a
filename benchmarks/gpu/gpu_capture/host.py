"""The host's end of the sidecar's protocol, with the networks in the WebUI's place."""

from __future__ import annotations

import gc
import os
import threading
import time
from typing import Any

import torch
from headroom.process.sidecar import Snapshot
from headroom.webui.out_of_memory import drop, is_result_oom
from headroom.webui.phases import PhaseTracker, now_message
from headroom.wire import client as wire
from headroom.wire.link import HostLink

from .backends import Backend
from .networks import Networks
from .pipeline import InterruptedRunError, Pipeline

VERSION = "1"
UPSCALERS = [{"name": "Latent", "kind": "latent"}, {"name": "Lanczos", "kind": "image"}]
CONNECT_LIMIT_S = 30.0


class Host:
    """`run` is called in one thread only; `cancel` from any. `static_mib` is torch's memory with the weights in it."""

    def __init__(self, networks: Networks, backend: Backend, port: int, token: str) -> None:
        self._backend = backend
        self._memory = backend.memory
        self._cancelled: set[str] = set()
        self._run_id = ""
        self._generating = False
        self._greeted = threading.Event()
        self._told: wire.Message | None = None
        self.static_mib = None if self._memory is None else self._memory.read().allocated_mib
        self._environment = environment_of(networks, backend, self.static_mib)
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

    def run(self, request: wire.Message, extras: list[str]) -> wire.Message:
        """One generation, told to the sidecar as it goes. `request` as the protocol's `run`; returns what it told, with
        times:

        {"outcome", "error", "torch", "durationMs", "phases": [{..., "beganAtMs", "endedAtMs"}], "before",
        "startedAtMs", "endedAtMs"}, Unix time in ms.
        """
        run_id = self._run_id = request["runId"]
        self._collect()
        phases: list[wire.Message] = []
        tracker = PhaseTracker(self._memory, lambda counters: self._phase(run_id, counters, phases))
        self._generating = True
        self._send(
            {
                "type": "run-started",
                **{name: request[name] for name in ("runId", "origin", "settings", "capMiB")},
                "condUncondBatched": True,
                "extras": extras,
                "torch": tracker.before,
                "startedAtMs": tracker.started_at_ms,
            }
        )
        started_at_ms, began_s = _now_ms(), time.monotonic()
        outcome, error = self._attempt(request, tracker)
        duration_ms = round((time.monotonic() - began_s) * 1000, 1)
        ended_at_ms = _now_ms()
        tracker.close()
        self._collect()
        self._generating = False
        ended = {"outcome": outcome, "torch": tracker.totals(), "durationMs": duration_ms, "error": error}
        self._send({"type": "run-ended", "runId": run_id, **ended})
        self._send(self._memory_message())
        self._cancelled.discard(run_id)
        times = {"startedAtMs": started_at_ms, "endedAtMs": ended_at_ms}
        return {**ended, "phases": phases, "before": tracker.before, **times}

    def _attempt(self, request: wire.Message, tracker: PhaseTracker) -> tuple[str, str | None]:
        cap_mib = request["capMiB"]
        try:
            if self._memory is None or cap_mib is None:
                self._pipeline.run(request["settings"], request["steps"], tracker)
            else:
                with self._memory.capped(cap_mib):
                    self._pipeline.run(request["settings"], request["steps"], tracker)
            self._backend.synchronise()
            return "ok", None
        except InterruptedRunError:
            return "interrupted", None
        except Exception as error:  # noqa: BLE001  whatever a generation raises is this run's result
            outcome = "oom" if is_result_oom(error, self._backend.device) else "failed"
            text = f"{type(error).__name__}: {error}"[:2000]
            drop(error)
            return outcome, text

    def _phase(self, run_id: str, counters: wire.Message, phases: list[wire.Message]) -> None:
        ended_at_ms = _now_ms()
        phases.append({**counters, "beganAtMs": ended_at_ms - counters["durationMs"], "endedAtMs": ended_at_ms})
        self._send({"type": "run-phase", "runId": run_id, "counters": counters})

    def _collect(self) -> None:
        gc.collect()
        self._backend.empty_cache()
        self._backend.synchronise()

    def _send(self, message: wire.Message) -> None:
        self._link.send(message)

    def _greet(self) -> list[wire.Message]:
        hello = {
            "type": "hello",
            "protocol": wire.PROTOCOL_VERSION,
            "shimVersion": f"capture {VERSION}",
            "pid": os.getpid(),
        }
        self._greeted.set()
        return [hello, {"type": "environment", "environment": self._environment}, self._memory_message()]

    def _tick(self) -> list[wire.Message]:
        message = self._memory_message()
        if message == self._told:
            return []
        self._told = message
        return [message]

    def _memory_message(self) -> wire.Message:
        now = None if self._memory is None else now_message(self._memory.read())
        return {"type": "host-memory", "torch": now, "generating": self._generating}

    def _on_message(self, message: wire.Message) -> None:
        if message["type"] == "run":
            self.on_request(message)
        elif message["type"] == "cancel":
            self.cancel(str(message["runId"]))


def environment_of(networks: Networks, backend: Backend, static_mib: float | None) -> wire.Message:
    device = backend.describe()
    key = {
        "device": str(device["uuid"] or device["busId"] or device["name"]),
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
        "webuiVersion": VERSION,
        "torchVersion": str(torch.__version__),
        "checkpoint": f"{networks.name}, random weights",
        "device": device,
        "traits": {"attention": "fused", "condUncondBatched": True, "decodesBatch": False, "staticMiB": static_mib},
        "key": key,
        "upscalers": UPSCALERS,
    }


def _now_ms() -> float:
    return round(time.time() * 1000, 1)
