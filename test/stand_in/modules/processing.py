"""One generation: the phases, the emptying of caches between them, and the hooks of scripts, in the WebUI's order."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from modules import devices, images, lowvram, paths, scripts, sd_models, sd_samplers, shared
from modules.hires import HiresTarget, target_of
from modules.latents import DecodedSamples, Latents, Pictures
from modules.sd_samplers_common import decode_first_stage, images_tensor_to_samples, wait_for_decoding
from modules.shared import cmd_opts, opts, state
from modules.simulation import simulation

opt_f = 8


@dataclass(repr=False)
class StableDiffusionProcessing:
    """Settings of a generation by the WebUI's names, and its state while it runs."""

    sd_model: Any = None
    outpath_samples: Any = None
    outpath_grids: Any = None
    prompt: Any = ""
    negative_prompt: Any = ""
    styles: Any = None
    seed: Any = -1
    subseed: Any = -1
    subseed_strength: Any = 0
    sampler_name: Any = None
    scheduler: Any = None
    batch_size: Any = 1
    n_iter: Any = 1
    steps: Any = 50
    cfg_scale: Any = 7.0
    width: Any = 512
    height: Any = 512
    restore_faces: Any = None
    tiling: Any = None
    do_not_save_samples: Any = False
    do_not_save_grid: Any = False
    extra_generation_params: Any = None
    denoising_strength: Any = None
    override_settings: Any = None
    override_settings_restore_afterwards: Any = True
    refiner_checkpoint: Any = None
    refiner_switch_at: Any = None
    disable_extra_networks: Any = False
    do_not_reload_embeddings: Any = False
    eta: Any = None

    # Conditioning of the last prompts, kept on the card from run to run, as the WebUI keeps it.
    cached_c: ClassVar[list[Any]] = [None, None]

    def __post_init__(self) -> None:
        self.styles = self.styles or []
        self.extra_generation_params = self.extra_generation_params or {}
        self.override_settings = self.override_settings or {}
        self.comments: dict[str, int] = {}
        self.sampler: sd_samplers.Sampler | None = None
        self.is_hr_pass = False
        self.is_api = False
        self.iteration = 0
        self.c: Any = None
        self.uc: Any = None
        self.user: str | None = None
        self.scripts_value: scripts.ScriptRunner | None = None
        self.script_args_value: Any = ()
        self.scripts_setup_complete = False

    @property
    def scripts(self) -> scripts.ScriptRunner | None:
        return self.scripts_value

    @scripts.setter
    def scripts(self, value: scripts.ScriptRunner | None) -> None:
        self.scripts_value = value
        self._setup_scripts()

    @property
    def script_args(self) -> Any:
        return self.script_args_value

    @script_args.setter
    def script_args(self, value: Any) -> None:
        self.script_args_value = value
        self._setup_scripts()

    def _setup_scripts(self) -> None:
        if self.scripts_value and self.script_args_value and not self.scripts_setup_complete:
            self.scripts_setup_complete = True
            self.scripts_value.setup_scrips(self, is_ui=not self.is_api)

    def init(self, all_prompts: list[str], all_seeds: list[int], all_subseeds: list[int]) -> None:
        """Before the first batch."""

    def sample(
        self,
        conditioning: Any,
        unconditional_conditioning: Any,
        seeds: list[int],
        subseeds: list[int],
        subseed_strength: float,
        prompts: list[str],
    ) -> Any:
        raise NotImplementedError

    def close(self) -> None:
        self.sampler = None
        self.c = None
        self.uc = None
        if not opts.persistent_cond_cache:
            StableDiffusionProcessing.cached_c[:] = [None, None]

    def setup_prompts(self) -> None:
        count = self.batch_size * self.n_iter
        self.all_prompts = self.prompt if isinstance(self.prompt, list) else [self.prompt] * count
        self.all_negative_prompts = [self.negative_prompt] * len(self.all_prompts)
        self.main_prompt = self.all_prompts[0]

    def setup_conds(self) -> None:
        """Encodes the prompts, unless the last run had the same."""
        key = (tuple(self.prompts), self.negative_prompt, shared.sd_model.sd_checkpoint_info)
        cache = StableDiffusionProcessing.cached_c
        if cache[0] != key:
            shared.sd_model.weights.need("text")
            with simulation.phase():
                cache[:] = [key, shared.sd_model.phases.text_encoding(2)]
        self.c = self.uc = cache[1]

    def save_samples(self) -> bool:
        return opts.samples_save and not self.do_not_save_samples and not state.interrupted and not state.skipped

    def noise(self, width: int, height: int) -> Latents:
        with simulation.phase():
            return Latents(shared.sd_model.phases.latents(width, height, self.batch_size), width, height)


# Always the loaded checkpoint, whatever was handed in; and nothing here may keep an old one's weights.
StableDiffusionProcessing.sd_model = property(lambda _self: shared.sd_model, lambda _self, _value: None)


class Processed:
    def __init__(
        self, p: StableDiffusionProcessing, images_list: list[Any], infotexts: list[str] | None = None
    ) -> None:
        self.images = images_list
        self.prompt = p.prompt
        self.negative_prompt = p.negative_prompt
        self.seed = p.all_seeds[0]
        self.all_seeds = p.all_seeds
        self.width = p.width
        self.height = p.height
        self.steps = p.steps
        self.batch_size = p.batch_size
        self.sampler_name = p.sampler_name
        self.cfg_scale = p.cfg_scale
        self.denoising_strength = p.denoising_strength
        self.sd_model_name = shared.sd_model.sd_checkpoint_info.name_for_extra
        self.job_timestamp = state.job_timestamp
        self.infotexts = infotexts or []
        self.info = self.infotexts[0] if self.infotexts else ""
        self.comments = "".join(f"{comment}\n" for comment in p.comments)

    def js(self) -> str:
        return json.dumps({key: value for key, value in vars(self).items() if key != "images"})


def get_fixed_seed(seed: Any) -> int:
    number = -1 if seed in ("", None) else int(seed)
    return random.randrange(4294967294) if number == -1 else number


def fix_seed(p: StableDiffusionProcessing) -> None:
    p.seed = get_fixed_seed(p.seed)
    p.subseed = get_fixed_seed(p.subseed)


def program_version() -> str:
    from modules import launch_utils

    return launch_utils.git_tag()


def create_infotext(p: StableDiffusionProcessing, index: int = 0) -> str:
    """What is written into pictures and params.txt, and read back by the paste button."""
    values = {
        "Steps": p.steps,
        "Sampler": p.sampler_name,
        "Schedule type": p.scheduler,
        "CFG scale": p.cfg_scale,
        "Seed": p.all_seeds[index],
        "Size": f"{p.width}x{p.height}",
        "Model hash": shared.sd_model.sd_model_hash,
        "Model": shared.sd_model.sd_checkpoint_info.name_for_extra,
        **p.extra_generation_params,
        "Version": program_version(),
    }
    settings = ", ".join(f"{key}: {value}" for key, value in values.items() if value is not None)
    negative = f"\nNegative prompt: {p.negative_prompt}" if p.negative_prompt else ""
    return f"{p.all_prompts[index]}{negative}\n{settings}".strip()


def decode_latent_batch(
    model: Any, batch: Latents, target_device: Any = None, check_for_nans: bool = False
) -> DecodedSamples:
    """One picture at a time; each goes to the CPU before the next."""
    del target_device, check_for_nans
    samples = DecodedSamples()
    for index in range(len(batch)):
        decode_first_stage(model, batch)
        samples.append(images.grey_picture(batch.width, batch.height, 96 + 16 * (index % 8)))
    wait_for_decoding(batch)
    return samples


def process_images(p: StableDiffusionProcessing) -> Processed:
    """A whole generation with its overridden settings, which are put back afterwards."""
    if p.scripts is not None:
        p.scripts.before_process(p)
    stored = {key: getattr(opts, key) for key in p.override_settings if hasattr(opts, key)}
    try:
        if sd_models.checkpoint_aliases.get(p.override_settings.get("sd_model_checkpoint")) is None:
            p.override_settings.pop("sd_model_checkpoint", None)
            sd_models.reload_model_weights()
        for key, value in p.override_settings.items():
            opts.set(key, value, is_api=True, run_callbacks=False)
            if key == "sd_model_checkpoint":
                sd_models.reload_model_weights()
        return process_images_inner(p)
    finally:
        if p.override_settings_restore_afterwards:
            for key, value in stored.items():
                setattr(opts, key, value)


def process_images_inner(p: StableDiffusionProcessing) -> Processed:
    devices.torch_gc()
    seed, subseed = get_fixed_seed(p.seed), get_fixed_seed(p.subseed)
    p.setup_prompts()
    p.all_seeds = [seed + index for index in range(len(p.all_prompts))]
    p.all_subseeds = [subseed + index for index in range(len(p.all_prompts))]
    if p.scripts is not None:
        p.scripts.process(p)
    p.init(p.all_prompts, p.all_seeds, p.all_subseeds)
    if state.job_count == -1:
        state.job_count = p.n_iter
    infotexts: list[str] = []
    pictures: list[Any] = []
    for iteration in range(p.n_iter):
        p.iteration = iteration
        state.skipped = False
        if state.interrupted or state.stopping_generation:
            break
        _process_batch(p, iteration, pictures, infotexts)
    if not infotexts:
        infotexts.append(create_infotext(p))
    if opts.grid_save and not p.do_not_save_grid and len(pictures) > 1:
        images.save_image(pictures[0], p.outpath_grids or opts.outdir_txt2img_grids, "grid-", "", infotexts[0])
    devices.torch_gc()
    processed = Processed(p, pictures, infotexts)
    if p.scripts is not None:
        p.scripts.postprocess(p, processed)
    return processed


def _process_batch(p: StableDiffusionProcessing, number: int, pictures: list[Any], infotexts: list[str]) -> None:
    batch = slice(number * p.batch_size, (number + 1) * p.batch_size)
    p.prompts = p.all_prompts[batch]
    p.negative_prompts = p.all_negative_prompts[batch]
    p.seeds = p.all_seeds[batch]
    p.subseeds = p.all_subseeds[batch]
    told = {"batch_number": number, "prompts": p.prompts, "seeds": p.seeds, "subseeds": p.subseeds}
    if p.scripts is not None:
        p.scripts.before_process_batch(p, **told)
        p.scripts.process_batch(p, **told)
    p.setup_conds()
    if number == 0 and not cmd_opts.no_prompt_history:
        (Path(paths.data_path) / "params.txt").write_text(create_infotext(p), encoding="utf-8")
    samples = p.sample(
        conditioning=p.c,
        unconditional_conditioning=p.uc,
        seeds=p.seeds,
        subseeds=p.subseeds,
        subseed_strength=p.subseed_strength,
        prompts=p.prompts,
    )
    if p.scripts is not None:
        sampled = scripts.PostSampleArgs(samples)
        p.scripts.post_sample(p, sampled)
        samples = sampled.samples
        del sampled
    if getattr(samples, "already_decoded", False):
        decoded = samples
    else:
        decoded = decode_latent_batch(shared.sd_model, samples, target_device=devices.cpu, check_for_nans=True)
    del samples
    if lowvram.is_enabled(shared.sd_model):
        shared.sd_model.weights.send_away()
    devices.torch_gc()
    state.nextjob()
    if p.scripts is not None:
        p.scripts.postprocess_batch(p, decoded, batch_number=number)
        listed = scripts.PostprocessBatchListArgs(list(decoded))
        p.scripts.postprocess_batch_list(p, listed, batch_number=number)
        decoded = listed.images
    for index, picture in enumerate(decoded):
        text = create_infotext(p, number * p.batch_size + index)
        if p.scripts is not None:
            for hook in (p.scripts.postprocess_image, p.scripts.postprocess_image_after_composite):
                shown = scripts.PostprocessImageArgs(picture)
                hook(p, shown)
                picture = shown.image
        if p.save_samples():
            images.save_image(picture, p.outpath_samples or opts.outdir_txt2img_samples, "", p.seeds[index], text)
        picture.info["parameters"] = text
        infotexts.append(text)
        pictures.append(picture)
    devices.torch_gc()


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
        if self.latent_scale_mode is not None:
            samples = self.noise(width, height)
        else:
            self._upscale_pictures()
            with simulation.phase():
                uploaded = self.sd_model.phases.picture(width, height, self.batch_size)
            samples = images_tensor_to_samples(Pictures(uploaded, width, height))
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
        samples = self.sampler.sample_img2img(
            self, self.init_latent, noise, conditioning, unconditional_conditioning
        )
        del noise
        devices.torch_gc()
        return samples
