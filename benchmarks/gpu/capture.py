"""The capture's host process; benchmarks/gpu/main.ts starts it and says what to do.

    capture.py --model sd15|sdxl|toy --device cuda|cpu|simulated [--card-gb N]

First line on stdin: {"port", "token"} of the sidecar. Then one JSON command a line, each answered on stdout by one line
with its "id":

    {"id", "do": "run", "runId", "settings", "capMiB", "steps", "extras"}  ->  what Host.run returns
    {"id", "do": "hold", "mib"}   ->  {"beganAtMs", "endedAtMs"}: memory taken, and kept
    {"id", "do": "release"}       ->  {"beganAtMs", "endedAtMs"}: given back to the device

The first line on stdout is {"ready": true, ...} with versions and weights. The sidecar's own `run` requests wait in the
same queue. End of stdin ends it.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "extension"), str(ROOT / "benchmarks" / "gpu")]

import torch  # noqa: E402
from gpu_capture.backends import Backend, CpuBackend, CudaBackend  # noqa: E402
from gpu_capture.host import Host  # noqa: E402
from gpu_capture.networks import MIB, Networks, build, weights_mib  # noqa: E402
from gpu_capture.phases import PhaseTracker  # noqa: E402
from gpu_capture.pipeline import Pipeline  # noqa: E402
from headroom.webui.worker import Worker  # noqa: E402

WARM_UP = {"operation": "img2img", "width": 256, "height": 256, "batchSize": 1, "hires": None}


class Capture:
    """Answers commands and the sidecar's requests, one at a time, in the worker's thread."""

    def __init__(self, host: Host, backend: Backend) -> None:
        self._host = host
        self._backend = backend
        self._held: Any = None

    def work(self, job: dict[str, Any]) -> None:
        if "do" not in job:
            self._host.run(job, extras=[])
            return
        try:
            answer = getattr(self, f"_{job['do']}")(job)
        except Exception as error:  # noqa: BLE001  told to the driver, which decides
            answer = {"failed": f"{type(error).__name__}: {error}"[:2000]}
        say({"id": job["id"], **answer})

    def _run(self, job: dict[str, Any]) -> dict[str, Any]:
        wanted = {name: job[name] for name in ("runId", "settings", "capMiB", "steps")}
        return self._host.run({**wanted, "origin": "ordinary"}, extras=list(job["extras"]))

    def _hold(self, job: dict[str, Any]) -> dict[str, Any]:
        began_at_ms = time.time() * 1000
        with self._backend.scope():
            self._held = torch.zeros(int(job["mib"] * MIB), dtype=torch.uint8, device=self._backend.device)
        self._backend.synchronise()
        return {"beganAtMs": began_at_ms, "endedAtMs": time.time() * 1000}

    def _release(self, _job: dict[str, Any]) -> dict[str, Any]:
        self._held = None
        began_at_ms = time.time() * 1000
        self._backend.empty_cache()
        self._backend.synchronise()
        return {"beganAtMs": began_at_ms, "endedAtMs": time.time() * 1000}


def say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def backend_of(name: str, card_gb: int) -> Backend:
    if name == "cuda":
        return CudaBackend()
    if name == "cpu":
        return CpuBackend()
    from gpu_capture.simulated import SimulatedBackend

    return SimulatedBackend(card_gb)


def versions() -> dict[str, str | None]:
    import diffusers

    cudnn = torch.backends.cudnn.version()
    return {
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "cuda": torch.version.cuda,
        "cudnn": None if cudnn is None else str(cudnn),
        "diffusers": str(diffusers.__version__),
    }


def ready(networks: Networks, backend: Backend, static_mib: float | None) -> dict[str, Any]:
    return {
        "ready": True,
        "marked": backend.marked,
        "device": backend.describe(),
        "versions": versions(),
        "staticMiB": static_mib,
        "weightsMiB": {"unet": round(weights_mib(networks.unet), 1), "vae": round(weights_mib(networks.vae), 1)},
    }


def warm_up(networks: Networks, backend: Backend) -> None:
    """The first generation loads libraries and takes workspaces that stay: they belong to what is there at idle."""
    Pipeline(networks, backend).run(WARM_UP, 1, PhaseTracker(None, lambda counters: None))
    gc.collect()
    backend.empty_cache()


def main() -> int:
    parser = argparse.ArgumentParser(description="The GPU capture's host process.")
    parser.add_argument("--model", choices=("sd15", "sdxl", "toy"), required=True)
    parser.add_argument("--device", choices=("cuda", "cpu", "simulated"), required=True)
    parser.add_argument("--card-gb", type=int, default=8, help="of the simulated card")
    arguments = parser.parse_args()
    address = json.loads(sys.stdin.readline())
    backend = backend_of(arguments.device, arguments.card_gb)
    if arguments.model == "toy":
        backend.marked = backend.marked or "toy"
    networks = build(arguments.model, backend.device, backend.dtype)
    backend.adopt(networks)
    backend.empty_cache()
    warm_up(networks, backend)
    host = Host(networks, backend, address["port"], address["token"])
    worker = Worker(Capture(host, backend).work)
    host.on_request = worker.add
    worker.start()
    host.start()
    say(ready(networks, backend, host.static_mib))
    for line in sys.stdin:
        worker.add(json.loads(line))
    worker.stop()
    host.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
