"""`/stand-in/control`: tests and the demo turn the simulated card's knobs here. Only for programs on this machine."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import torch
from fastapi import FastAPI, HTTPException, Request
from modules import devices, sd_models, shared
from modules.call_queue import queue_lock
from modules.simulation import simulation
from pydantic import BaseModel, Extra
from simulated_card.allocator import MIB
from simulated_card.state import FAULTS

_LOOPBACK = ("127.0.0.1", "::1", "testclient")


class Command(BaseModel):
    """Only what is given is changed. `fault`: one of state.FAULTS, or null for none; `failure`: what generations fail
    with.
    """

    class Config:
        extra = Extra.forbid

    fault: str | None = None
    otherMiB: int | None = None  # noqa: N815 - JSON's spelling
    extraMiB: int | None = None  # noqa: N815
    otherName: str | None = None  # noqa: N815
    checkpoint: str | None = None
    options: dict[str, Any] | None = None
    failure: str | None = None
    interrupt: bool = False
    reload: bool = False
    stop: bool = False


def add_routes(app: FastAPI) -> None:
    app.add_api_route("/stand-in/control", _look, methods=["GET"])
    app.add_api_route("/stand-in/control", _command, methods=["POST"])


def _look(request: Request) -> Any:
    _only_from_here(request)
    device = simulation.device
    return {
        "simulated": True,
        "usedMiB": device.used_mib if device else None,
        "totalMiB": device.total_bytes / MIB if device else None,
        "allocatedMiB": torch.cuda.memory_allocated(devices.device) / MIB,
        "reservedMiB": torch.cuda.memory_reserved(devices.device) / MIB,
        "capped": simulation.allocator.cap is not None,
        "state": asdict(device.state) if device else None,
        "job": shared.state.job,
        "checkpoint": shared.opts.sd_model_checkpoint,
        "options": shared.opts.data,
        "faults": FAULTS,
    }


def _command(request: Request, command: Command) -> Any:
    _only_from_here(request)
    given = command.dict(exclude_unset=True)
    device = simulation.device
    if {"fault", "otherMiB"} & set(given) and device is None:
        raise HTTPException(status_code=409, detail="there is no card")
    if command.fault is not None and command.fault not in FAULTS:
        raise HTTPException(status_code=422, detail=f"fault is one of {', '.join(FAULTS)}")
    if device is not None and "fault" in given:
        device.set_fault(command.fault)
    if device is not None and command.otherMiB is not None:
        device.set_other(command.otherMiB, command.otherName)
    if command.extraMiB is not None:
        simulation.extra_mib = command.extraMiB
    if command.checkpoint is not None:
        _change_checkpoint(command.checkpoint)
    for key, value in (command.options or {}).items():
        shared.opts.set(key, value)
    if "failure" in given:
        simulation.failure = command.failure
    if command.interrupt:
        shared.state.interrupt()
    if command.reload:
        shared.state.request_restart()
    if command.stop:
        shared.state.server_command = "stop"
    return _look(request)


def _change_checkpoint(wanted: str) -> None:
    info = sd_models.get_closet_checkpoint_match(wanted)
    if info is None:
        raise HTTPException(status_code=422, detail="no such checkpoint")
    with queue_lock:
        shared.opts.data["sd_model_checkpoint"] = info.title
        sd_models.reload_model_weights()


def _only_from_here(request: Request) -> None:
    if request.client is None or request.client.host not in _LOOPBACK:
        raise HTTPException(status_code=403, detail="only from this machine")
