"""`/sdapi/v1`: generations as the WebUI's own API runs them, with a field `simulated` that says what the card saw."""

from __future__ import annotations

import base64
import io
import json
from contextlib import closing
from secrets import compare_digest
from typing import Any

import torch
from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from PIL import Image

from modules import processing, scripts, sd_models, sd_samplers, shared
from modules.api.models import Img2Img, Txt2Img, _Generation
from modules.call_queue import queue_lock
from modules.simulation import Seen, simulation

_OWN_FIELDS = {"send_images", "save_images", "init_images", "alwayson_scripts"}


class Api:
    def __init__(self, app: FastAPI) -> None:
        told = shared.cmd_opts.api_auth or ""
        self.credentials = dict(pair.split(":") for pair in told.split(",") if pair)
        self.app = app
        self._add("txt2img", self.txt2img, "POST")
        self._add("img2img", self.img2img, "POST")
        self._add("options", self.get_options, "GET")
        self._add("options", self.set_options, "POST")
        self._add("progress", self.progress, "GET")
        self._add("interrupt", self.interrupt, "POST")
        self._add("sd-models", self.list_models, "GET")
        self._add("samplers", self.list_samplers, "GET")
        self._add("upscalers", self.list_upscalers, "GET")

    def _add(self, name: str, endpoint: Any, method: str) -> None:
        guards = [Depends(self.auth)] if self.credentials else None
        self.app.add_api_route(f"/sdapi/v1/{name}", endpoint, methods=[method], dependencies=guards)

    def auth(self, credentials: HTTPBasicCredentials = Depends(HTTPBasic())) -> bool:  # noqa: B008  as FastAPI wants it
        known = self.credentials.get(credentials.username)
        if known is not None and compare_digest(credentials.password, known):
            return True
        raise HTTPException(401, "Incorrect username or password", headers={"WWW-Authenticate": "Basic"})

    # Plain functions: FastAPI runs them on worker threads, as the WebUI's are.
    def txt2img(self, request: Txt2Img) -> Any:
        p = processing.StableDiffusionProcessingTxt2Img(sd_model=shared.sd_model, **_fields(request))
        return _generate(p, scripts.scripts_txt2img, request)

    def img2img(self, request: Img2Img) -> Any:
        if not request.init_images:
            raise HTTPException(status_code=404, detail="Init image not found")
        fields = _fields(request)
        fields["init_images"] = [_picture_of(text) for text in request.init_images]
        p = processing.StableDiffusionProcessingImg2Img(sd_model=shared.sd_model, **fields)
        return _generate(p, scripts.scripts_img2img, request)

    def get_options(self) -> Any:
        return json.loads(shared.opts.dumpjson())

    def set_options(self, values: dict[str, Any]) -> None:
        for key, value in values.items():
            shared.opts.set(key, value, is_api=True)
        shared.opts.save(shared.config_filename)

    def progress(self) -> Any:
        return {"progress": 0.0, "eta_relative": 0.0, "state": shared.state.dict(), "current_image": None}

    def interrupt(self) -> Any:
        shared.state.interrupt()
        return {}

    def list_models(self) -> Any:
        return [
            {"title": info.title, "model_name": info.model_name, "hash": info.shorthash, "filename": info.filename}
            for info in sd_models.checkpoints_list.values()
        ]

    def list_samplers(self) -> Any:
        samplers = sd_samplers.all_samplers
        return [{"name": sampler.name, "aliases": sampler.aliases, "options": {}} for sampler in samplers]

    def list_upscalers(self) -> Any:
        return [{"name": upscaler.name} for upscaler in shared.sd_upscalers]


def _fields(request: _Generation) -> dict[str, Any]:
    fields = {key: value for key, value in vars(request).items() if key not in _OWN_FIELDS}
    return {**fields, "do_not_save_samples": not request.save_images, "do_not_save_grid": not request.save_images}


def _generate(p: processing.StableDiffusionProcessing, runner: scripts.ScriptRunner, request: _Generation) -> Any:
    """One ordinary generation, through every script that is always on."""
    script_args = _script_args(runner, request.alwayson_scripts)
    with queue_lock, closing(p):
        p.is_api = True
        p.scripts = runner
        retries = simulation.allocator.retries
        spent_s = runner.spent_s
        error: str | None = None
        processed = None
        try:
            shared.state.begin(job="scripts_txt2img")
            simulation.start_watch()
            p.script_args = script_args
            processed = processing.process_images(p)
        except torch.cuda.OutOfMemoryError as raised:
            error = str(raised)
        finally:
            seen = simulation.seen(retries)
            shared.state.end()
    simulated = _told(seen, "ok" if error is None else "oom")
    simulated["scriptsMs"] = (runner.spent_s - spent_s) * 1000
    if processed is None:
        body = {"error": "OutOfMemoryError", "detail": "", "body": "", "errors": error, "simulated": simulated}
        return JSONResponse(body, status_code=500)
    pictures = [_text_of(picture) for picture in processed.images] if request.send_images else []
    return {"images": pictures, "parameters": vars(request), "info": processed.js(), "simulated": simulated}


def _script_args(runner: scripts.ScriptRunner, given: dict[str, Any]) -> tuple[Any, ...]:
    """Of all scripts, with what a call names of those that are always on. (The WebUI's own has controls' values
    elsewhere.)
    """
    args = [0] + [None] * (len(runner.inputs) - 1)
    for name, told in given.items():
        script = runner.script(name)
        if script is None:
            raise HTTPException(status_code=422, detail=f"always on script {name} not found")
        if not script.alwayson:
            raise HTTPException(
                status_code=422, detail="Cannot have a selectable script in the always on scripts params"
            )
        for index, value in enumerate(told.get("args", [])[: script.args_to - script.args_from]):
            args[script.args_from + index] = value
    return tuple(args)


def _told(seen: Seen, outcome: str) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "devicePeakMiB": seen.device_peak_mib,
        "allocatedPeakMiB": seen.allocated_peak_mib,
        "reservedPeakMiB": seen.reserved_peak_mib,
        "allocRetries": seen.retries,
    }


def _text_of(picture: Image.Image) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def _picture_of(text: str) -> Image.Image:
    """Base64, with or without a data URL's head."""
    try:
        return Image.open(io.BytesIO(base64.b64decode(text.rpartition(",")[2])))
    except (ValueError, OSError) as error:
        raise HTTPException(status_code=500, detail="Invalid encoded image") from error
