"""img2img: encode, sample, decode, with the cache emptied between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from modules import devices, sd_samplers
from modules.latents import Latents, Pictures
from modules.processing_base import StableDiffusionProcessing
from modules.sd_samplers_common import images_tensor_to_samples
from modules.simulation import simulation


@dataclass(repr=False)
class StableDiffusionProcessingImg2Img(StableDiffusionProcessing):
    init_images: Any = None
    resize_mode: Any = 0
    denoising_strength: Any = 0.75
    image_cfg_scale: Any = None
    mask: Any = None
    mask_blur: Any = None
    inpainting_fill: Any = 0
    inpaint_full_res: Any = True
    inpaint_full_res_padding: Any = 0
    inpainting_mask_invert: Any = 0
    initial_noise_multiplier: Any = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.init_latent: Latents | None = None

    def init(self, all_prompts: list[str], all_seeds: list[int], all_subseeds: list[int]) -> None:
        self.extra_generation_params["Denoising strength"] = self.denoising_strength
        self.sampler = sd_samplers.create_sampler(self.sampler_name, self.sd_model)
        if not self.init_images:
            raise Exception("img2img needs an image")
        with simulation.phase():
            uploaded = self.sd_model.phases.picture(self.width, self.height, self.batch_size)
        self.init_latent = images_tensor_to_samples(Pictures(uploaded, self.width, self.height))
        del uploaded
        devices.torch_gc()

    def sample(
        self,
        conditioning: Any,
        unconditional_conditioning: Any,
        seeds: list[int],
        subseeds: list[int],
        subseed_strength: float,
        prompts: list[str],
    ) -> Any:
        assert self.sampler is not None
        assert self.init_latent is not None
        noise = self.noise(self.width, self.height)
        if self.scripts is not None:
            self.scripts.process_before_every_sampling(
                p=self, x=self.init_latent, noise=noise, c=conditioning, uc=unconditional_conditioning
            )
        samples = self.sampler.sample_img2img(self, self.init_latent, noise, conditioning, unconditional_conditioning)
        del noise
        devices.torch_gc()
        return samples
