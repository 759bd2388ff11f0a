"""From latents to pictures and back, and the sampling loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulated_card.phases import Phases
from simulated_card.tensors import Tensor

from modules import shared
from modules.latents import Latents, Pictures
from modules.simulation import simulation

_MEGA = 1024 * 1024


def decode_first_stage(model: Any, x: Latents) -> None:
    """One picture; it goes to the CPU at once."""
    model.weights.need("vae")
    with simulation.phase():
        model.phases.decode(x.tensor, x.width, x.height)


def images_tensor_to_samples(image: Pictures, approximation: int | None = None, model: Any = None) -> Latents:
    del approximation
    width, height = image.width, image.height
    model = model or shared.sd_model
    model.weights.need("vae")
    with simulation.phase():
        latents = Latents(model.phases.encode(image.tensor, width, height), width, height)
    simulation.wait(0.05 + 0.04 * min(1, len(image) * width * height / (4 * _MEGA)))
    return latents


class Sampler:
    """As many steps as asked for. Only the first two move memory: the others repeat the second."""

    def __init__(self, name: str, sd_model: Any) -> None:
        self.name = name
        self._phases: Phases = sd_model.phases
        self._sd_model = sd_model

    def sample(
        self,
        p: Any,
        x: Latents,
        conditioning: Any,
        unconditional_conditioning: Any,
        steps: int | None = None,
        image_conditioning: Any = None,
    ) -> Latents:
        del conditioning, unconditional_conditioning, image_conditioning
        count = steps or p.steps
        return self.launch_sampling(count, lambda: self._sample(x, count))

    def sample_img2img(
        self,
        p: Any,
        x: Latents,
        noise: Latents,
        conditioning: Any,
        unconditional_conditioning: Any,
        steps: int | None = None,
        image_conditioning: Any = None,
    ) -> Latents:
        del conditioning, unconditional_conditioning, image_conditioning
        del noise
        count = int(min(p.denoising_strength, 0.999) * (steps or p.steps)) + 1
        return self.launch_sampling(count, lambda: self._sample(x, count))

    def launch_sampling(self, steps: int, func: Callable[[], Latents]) -> Latents:
        """Extensions put their own in its place to see just the network's work."""
        shared.state.sampling_steps = steps
        shared.state.sampling_step = 0
        self._sd_model.weights.need("unet")
        simulation.warm_up(self._phases)
        return func()

    def _sample(self, x: Latents, steps: int) -> Latents:
        state = shared.state
        batched = shared.opts.batch_cond_uncond
        pixels = x.tensor.count * x.width * x.height * (2 if batched else 1)
        seconds = (0.1 + 0.2 * min(1, pixels / (8 * _MEGA))) / steps
        current = x.tensor
        for step in range(steps):
            if state.interrupted or state.skipped:
                break
            if step < 2:
                with simulation.phase():
                    current = self._phases.sampling_step(current, x.width, x.height, batched)
            self._preview(current, x, step)
            simulation.wait(seconds, lambda: state.interrupted or state.skipped)
            state.sampling_step = step + 1
        return Latents(current, x.width, x.height)

    def _preview(self, current: Tensor, x: Latents, step: int) -> None:
        """The full preview decodes a picture on top of the sampling."""
        opts = shared.opts
        full = opts.live_previews_enable and opts.show_progress_type == "Full"
        if full and opts.show_progress_every_n_steps > 0 and step % opts.show_progress_every_n_steps == 0:
            decode_first_stage(self._sd_model, Latents(current, x.width, x.height))


def wait_for_decoding(latents: Latents) -> None:
    simulation.wait(0.06 + 0.09 * min(1, len(latents) * latents.width * latents.height / (4 * _MEGA)))
