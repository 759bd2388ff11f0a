"""An extension that only tests put into a WebUI: what they cannot do from outside, by three routes.

- POST /blank-card/collect drops what failed runs still hold (tensors, with --medvram a network) and PyTorch's cache,
  and answers with its counters.
- POST /blank-card/mark?label=... notes a moment among the recorded events of the allocator.
- POST /blank-card/trace?file=... writes them (needs BLANK_CARD_TRACE=1 in the environment of the WebUI).

Each generation by the API starts with no choice of engines left from earlier ones (engine_plans.py).
"""

import functools
import gc
import os
import sys
from pathlib import Path

import torch
from modules import call_queue, devices, lowvram, processing, script_callbacks

# `__file__` holds the folder of this copy, which the WebUI does not put on the path.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from allocator_trace import AllocatorTrace
from engine_plans import choosing_anew

trace = AllocatorTrace(torch)
if os.environ.get("BLANK_CARD_TRACE") == "1":
    trace.start()


@functools.cache
def leave_out_of_collections() -> None:
    """All that was there before the first generation stays, and need not be looked through after each failure."""
    gc.collect()
    gc.freeze()


def collect() -> dict[str, int]:
    with call_queue.queue_lock:
        lowvram.send_everything_to_cpu()
        gc.collect()
        devices.torch_gc()
        torch.cuda.reset_peak_memory_stats(0)
        stats = torch.cuda.memory_stats(0)
    return {name: stats[f"{name}_bytes.all.current"] for name in ("allocated", "active", "reserved")}


def mark(label: str) -> None:
    with call_queue.queue_lock:
        trace.mark(label)


def write_trace(file: str) -> int:
    with call_queue.queue_lock:
        return trace.write(Path(file))


process_images_inner = processing.process_images_inner


def process_anew(p: object) -> object:
    if not getattr(p, "is_api", False):
        return process_images_inner(p)
    leave_out_of_collections()
    return choosing_anew(lambda: process_images_inner(p))


processing.process_images_inner = process_anew


def add_routes(_demo: object, app: object) -> None:
    app.add_api_route("/blank-card/collect", collect, methods=["POST"])
    app.add_api_route("/blank-card/mark", mark, methods=["POST"])
    app.add_api_route("/blank-card/trace", write_trace, methods=["POST"])


script_callbacks.on_app_started(add_routes)
