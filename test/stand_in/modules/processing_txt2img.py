"""txt2img, with hires fix: a second pass after upscaling latents or pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from modules import devices, sd_samplers, shared
from modules.decoding import decode_latent_batch
from modules.hires import HiresTarget, target_of
from modules.latents import DecodedSamples, Latents, Pictures
from modules.processing_base import StableDiffusionProcessing
from modules.sd_samplers_common import images_tensor_to_samples
from modules.shared import state
from modules.simulation import simulation


@dataclass(repr=False)
class StableDiffusionProcessingTxt2Img(StableDiffusionProcessing):
    enable_hr: Any = False
    denoising_strength: Any = 0.75
    firstphase_width: Any = 0
    firstphase_height: Any = 0
    hr_scale: Any = 2.0
    hr_upscaler: Any = None
    hr_second_pass_steps: Any = 0
    hr_resize_x: Any = 0
    hr_resize_y: Any = 0
    hr_checkpoint_name: Any = None
    hr_sampler_name: Any = None
    hr_scheduler: Any = None
    hr_prompt: Any = ""
    hr_negative_prompt: Any = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.hr_upscale_to_x = 0
        self.hr_upscale_to_y = 0
        self.truncate_x = 0
        self.truncate_y = 0
        self.latent_scale_mode: dict[str, Any] | None = None

    def init(self, all_prompts: list[str], all_seeds: list[int], all_subseeds: list[int]) -> None:
        if not self.enable_hr:
            return
        self.extra_generation_params["Denoising strength"] = self.denoising_strength
        name = self.hr_upscaler or shared.latent_upscale_default_mode
        self.latent_scale_mode = shared.latent_upscale_modes.get(name)
        if self.latent_scale_mode is None and not any(x.name == name for x in shared.sd_upscalers):
            raise Exception(f"could not find upscaler named {name}")
        target = self._target()
        self.hr_upscale_to_x, self.hr_upscale_to_y = target.width, target.height
        self.truncate_x, self.truncate_y = target.truncate_x, target.truncate_y
        if self.hr_resize_x == 0 and self.hr_resize_y == 0:
            self.extra_generation_params["Hires upscale"] = self.hr_scale
        else:
            self.extra_generation_params["Hires resize"] = f"{self.hr_resize_x}x{self.hr_resize_y}"
        if not state.processing_has_refined_job_count:
            state.job_count = (self.n_iter if state.job_count == -1 else state.job_count) * 2
            state.processing_has_refined_job_count = True
        if self.hr_second_pass_steps:
            self.extra_generation_params["Hires steps"] = self.hr_second_pass_steps
        self.extra_generation_params["Hires upscaler"] = name

    def sample(
        self,
        conditioning: Any,
        unconditional_conditioning: Any,
        seeds: list[int],
        subseeds: list[int],
        subseed_strength: float,
        prompts: list[str],
    ) -> Any:
        self.sampler = sd_samplers.create_sampler(self.sampler_name, self.sd_model)
        x = self.noise(self.width, self.height)
        if self.scripts is not None:
            self.scripts.process_before_every_sampling(
                p=self, x=x, noise=x, c=conditioning, uc=unconditional_conditioning
            )
        samples = self.sampler.sample(self, x, conditioning, unconditional_conditioning)
        del x
        if not self.enable_hr:
            return samples
        devices.torch_gc()
        decoded = None
        if self.latent_scale_mode is None:
            decoded = decode_latent_batch(self.sd_model, samples, target_device=devices.cpu, check_for_nans=True)
        return self.sample_hr_pass(samples, decoded, seeds, subseeds, subseed_strength, prompts)

    def sample_hr_pass(
        self,
        samples: Latents,
        decoded_samples: DecodedSamples | None,
        seeds: list[int],
        subseeds: list[int],
        subseed_strength: float,
        prompts: list[str],
    ) -> Any:
        """The second pass: upscale, sample again, decode. Decoding is done when it returns."""
        if state.interrupted:
            return samples
        self.is_hr_pass = True
        self.sampler = sd_samplers.create_sampler(self.hr_sampler_name or self.sampler_name, self.sd_model)
        width, height = self.hr_upscale_to_x, self.hr_upscale_to_y
        kept = None
        if self.latent_scale_mode is not None:
            samples = self.noise(width, height)
        else:
            self._upscale_pictures()
            with simulation.phase():
                uploaded = self.sd_model.phases.picture(width, height, self.batch_size)
            samples = images_tensor_to_samples(Pictures(uploaded, width, height))
            # As the WebUI's image conditioning, until the second pass is decoded.
            kept = uploaded if self.sd_model.phases.keeps_pictures else None
            del uploaded
        state.nextjob()
        cropped_width, cropped_height = self._target().cropped
        samples = self.noise(cropped_width, cropped_height)
        noise = self.noise(cropped_width, cropped_height)
        devices.torch_gc()
        if self.scripts is not None:
            self.scripts.before_hr(self)
            self.scripts.process_before_every_sampling(p=self, x=samples, noise=noise, c=self.c, uc=self.uc)
        steps = self.hr_second_pass_steps or self.steps
        samples = self.sampler.sample_img2img(self, samples, noise, self.c, self.uc, steps=steps)
        self.sampler = None
        devices.torch_gc()
        decoded = decode_latent_batch(self.sd_model, samples, target_device=devices.cpu, check_for_nans=True)
        del kept
        self.is_hr_pass = False
        return decoded

    def _target(self) -> HiresTarget:
        return target_of(self.width, self.height, self.hr_scale, self.hr_resize_x, self.hr_resize_y)

    def _upscale_pictures(self) -> None:
        upscaler = next(x for x in shared.sd_upscalers if x.name == self.hr_upscaler)
        for _ in range(self.batch_size if upscaler.on_card else 0):
            with simulation.phase():
                self.sd_model.phases.upscaler_tile()
        simulation.wait(0.05)
