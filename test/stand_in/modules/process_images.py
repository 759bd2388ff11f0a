"""The main loop: phases, the emptying of caches between them, and the hooks of scripts, in the WebUI's order."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from modules import devices, images, lowvram, paths, scripts, sd_models, shared
from modules.decoding import decode_latent_batch
from modules.infotext import Processed, create_infotext
from modules.processing_base import StableDiffusionProcessing
from modules.shared import cmd_opts, opts, state
from modules.simulation import simulation


def get_fixed_seed(seed: Any) -> int:
    number = -1 if seed in ("", None) else int(seed)
    return random.randrange(4294967294) if number == -1 else number


def fix_seed(p: StableDiffusionProcessing) -> None:
    p.seed = get_fixed_seed(p.seed)
    p.subseed = get_fixed_seed(p.subseed)


def process_images(p: StableDiffusionProcessing) -> Processed:
    """A whole generation with its overridden settings, which are put back afterwards."""
    from modules import processing

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
        # As the WebUI finds it: in the module where extensions put theirs in its place.
        return processing.process_images_inner(p)
    finally:
        if p.override_settings_restore_afterwards:
            for key, value in stored.items():
                setattr(opts, key, value)


def process_images_inner(p: StableDiffusionProcessing) -> Processed:
    devices.torch_gc()
    simulation.fail_if_told()
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
        lowvram.send_everything_to_cpu()
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
