"""One generation through AUTOMATIC1111 1.10.1's phases, with its tensors held and its cache emptied where the WebUI
does it.

Sources: modules/processing.py (process_images_inner, sample, sample_hr_pass, decode_latent_batch),
sd_samplers_common.py (images_tensor_to_samples, decode_first_stage), sd_samplers_cfg_denoiser.py.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, Protocol

import torch

from . import first_stage
from .backends import Backend
from .networks import Networks

CELL_PX = 8
TOKENS = 77
CFG_SCALE = 7.0


class Marks(Protocol):
    """gpu_capture.phases.PhaseTracker, as far as it is used here."""

    def mark(self, phase: str | None) -> None: ...


class InterruptedRunError(Exception):
    """The run was cancelled between two steps."""


class Pipeline:
    """`stop` is asked between steps and pictures; True ends the run with InterruptedRunError."""

    def __init__(self, networks: Networks, backend: Backend, stop: Callable[[], bool] = lambda: False) -> None:
        self._networks = networks
        self._backend = backend
        self._stop = stop

    def run(self, settings: dict[str, Any], steps: int, marks: Marks) -> None:
        """`settings` as in service/protocol/settings.ts; each pass takes `steps` denoising steps."""
        with self._backend.scope(), torch.inference_mode():
            self._backend.empty_cache()
            operation = settings["operation"]
            if operation == "img2img":
                self._img2img(settings, steps, marks)
            elif operation == "txt2img":
                self._txt2img(settings, steps, marks)
            else:
                self._hires(settings, steps, marks)
            self._backend.empty_cache()
            marks.mark(None)

    def _txt2img(self, settings: dict[str, Any], steps: int, marks: Marks) -> None:
        marks.mark("sampling")
        samples = self._sample(self._noise(settings, settings["width"], settings["height"]), steps)
        marks.mark("decode")
        self._decode(samples)

    def _img2img(self, settings: dict[str, Any], steps: int, marks: Marks) -> None:
        marks.mark("encode")
        init_latent = self._encode_init(settings)
        marks.mark("sampling")
        samples = self._sample(init_latent + self._noise(settings, settings["width"], settings["height"]), steps)
        self._backend.empty_cache()
        marks.mark("decode")
        self._decode(samples)

    def _encode_init(self, settings: dict[str, Any]) -> torch.Tensor:
        shape = self._picture_shape(settings, settings["width"], settings["height"])
        image = self._backend.upload(shape, self._networks.dtype)
        latent = self._encode(image)
        # `image` is still held here, as in StableDiffusionProcessingImg2Img.init.
        self._backend.empty_cache()
        return latent

    def _hires(self, settings: dict[str, Any], steps: int, marks: Marks) -> None:
        hires = settings["hires"]
        by_latent = settings["operation"] == "hires_latent"
        marks.mark("sampling")
        samples = self._sample(self._noise(settings, settings["width"], settings["height"]), steps)
        self._backend.empty_cache()
        marks.mark(None if by_latent else "upscale")
        # Held on the device until the end of the second pass, as `decoded_samples` is in sample_hr_pass.
        picture = None
        if by_latent:
            size = (hires["uncroppedHeight"] // CELL_PX, hires["uncroppedWidth"] // CELL_PX)
            samples = torch.nn.functional.interpolate(samples, size=size, mode="bilinear")
        else:
            self._decode(samples)
            shape = self._picture_shape(settings, hires["uncroppedWidth"], hires["uncroppedHeight"])
            picture = self._backend.upload(shape, self._networks.dtype)
            samples = self._encode(picture)
        samples = samples[:, :, : hires["height"] // CELL_PX, : hires["width"] // CELL_PX]
        noise = self._noise(settings, hires["width"], hires["height"])
        self._backend.empty_cache()
        marks.mark("hires_sampling")
        samples = self._sample(samples + noise, steps)
        self._backend.empty_cache()
        marks.mark("decode")
        self._decode(samples)
        del picture

    def _noise(self, settings: dict[str, Any], width: int, height: int) -> torch.Tensor:
        shape = (settings["batchSize"], 4, height // CELL_PX, width // CELL_PX)
        return torch.randn(shape, device=self._backend.device, dtype=torch.float32)

    def _picture_shape(self, settings: dict[str, Any], width: int, height: int) -> tuple[int, int, int, int]:
        return settings["batchSize"], 3, height // CELL_PX * CELL_PX, width // CELL_PX * CELL_PX

    def _sample(self, x: torch.Tensor, steps: int) -> torch.Tensor:
        """Euler steps on noise predictions, conditional and unconditional in one batch, latents in 32 bits."""
        networks, device = self._networks, self._backend.device
        evaluated = 2 * x.shape[0]
        context = torch.zeros(evaluated, TOKENS, networks.context_width, device=device, dtype=networks.dtype)
        added = self._added_conditions(evaluated)
        for _ in range(steps):
            self._check()
            x_in = torch.cat([x, x])
            timesteps = torch.full((evaluated,), 500, device=device)
            with self._backend.autocast():
                operand = x_in.to(networks.dtype)
                noise = networks.unet(operand, timesteps, context, added_cond_kwargs=added, return_dict=False)[0]
            x_out = x_in - noise
            del operand, noise
            denoised = torch.clone(x_out[-x.shape[0] :])
            for index in range(x.shape[0]):
                denoised[index] += (x_out[index] - x_out[x.shape[0] + index]) * CFG_SCALE
            # Keeps random networks from running off to infinity; the WebUI's step has the same tensors.
            x = x + (denoised - x) * 0.01
            del x_in, x_out, denoised
        return x

    def _added_conditions(self, evaluated: int) -> dict[str, torch.Tensor] | None:
        width = self._networks.pooled_width
        if width is None:
            return None
        device, dtype = self._backend.device, self._networks.dtype
        return {
            "text_embeds": torch.zeros(evaluated, width, device=device, dtype=dtype),
            "time_ids": torch.zeros(evaluated, 6, device=device, dtype=dtype),
        }

    def _decode(self, samples: torch.Tensor) -> list[torch.Tensor]:
        """decode_latent_batch: one picture after the other, without autocast, each brought to the host before the
        next.
        """
        return [self._decode_one(samples[index : index + 1]) for index in range(samples.shape[0])]

    def _decode_one(self, latent: torch.Tensor) -> torch.Tensor:
        # A function of its own: a picture that outlived it would pin its segment through the next decode.
        self._check()
        return self._backend.to_host(first_stage.decode(self._networks.vae, latent.to(self._networks.dtype))[0])

    def _encode(self, image: torch.Tensor) -> torch.Tensor:
        """images_tensor_to_samples: one picture after the other."""
        with self._backend.autocast() if self._networks.encodes_in_autocast else contextlib.nullcontext():
            image = image * 2 - 1
            return torch.stack([self._encode_one(image[index : index + 1]) for index in range(image.shape[0])]).float()

    def _encode_one(self, image: torch.Tensor) -> torch.Tensor:
        self._check()
        return first_stage.encode(self._networks.vae, image)[0]

    def _check(self) -> None:
        if self._stop():
            raise InterruptedRunError
