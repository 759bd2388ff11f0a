"""The settings that move memory, or that our parts read. Defaults are the WebUI's; those with a component are shown."""

import gradio as gr

from modules.options import OptionInfo

ATTENTIONS = ["Automatic", "sdp - scaled dot product", "sub-quadratic", "V1 - original v1", "Doggettx", "None"]
FP8 = ["Disable", "Enable for SDXL", "Enable"]
PREVIEWS = ["Full", "Approx NN", "Approx cheap", "TAESD"]


def options_templates() -> dict[str, OptionInfo]:
    defaults = {
        "sd_model_checkpoint": None,
        "sd_checkpoint_hash": "",
        "sd_checkpoints_limit": 1,
        "sd_vae": "Automatic",
        "sd_unet": "Automatic",
        "sd_vae_encode_method": "Full",
        "sd_vae_decode_method": "Full",
        "upcast_attn": False,
        "cache_fp16_weight": False,
        "token_merging_ratio": 0.0,
        "token_merging_ratio_img2img": 0.0,
        "token_merging_ratio_hr": 0.0,
        "hypertile_enable_unet": False,
        "hypertile_enable_unet_secondpass": False,
        "hypertile_enable_vae": False,
        "pad_cond_uncond": False,
        "pad_cond_uncond_v0": False,
        "persistent_cond_cache": True,
        "live_previews_enable": True,
        "show_progress_every_n_steps": 10,
        "ESRGAN_tile": 192,
        "ESRGAN_tile_overlap": 8,
        "DAT_tile": 192,
        "upscaler_for_img2img": None,
        "img2img_color_correction": False,
        "inpainting_mask_weight": 1.0,
        "initial_noise_multiplier": 1.0,
        "samples_save": True,
        "grid_save": True,
        "save_init_img": False,
        "save_incomplete_images": False,
        "outdir_samples": "",
        "outdir_grids": "",
        "outdir_txt2img_samples": "outputs/txt2img-images",
        "outdir_img2img_samples": "outputs/img2img-images",
        "outdir_txt2img_grids": "outputs/txt2img-grids",
        "outdir_img2img_grids": "outputs/img2img-grids",
        "CLIP_stop_at_last_layers": 1,
        "use_old_hires_fix_width_height": False,
        "hires_fix_use_firstpass_conds": False,
        "memmon_poll_rate": 8,
        "face_restoration": False,
        "tiling": False,
        "localization": "None",
        "quicksettings_list": ["sd_model_checkpoint"],
        "disabled_extensions": [],
        "disable_all_extensions": "none",
        "interrupt_after_current": True,
        "dimensions_and_batch_together": True,
        "hidden_tabs": [],
    }
    shown = {
        "cross_attention_optimization": OptionInfo(
            "Automatic", "Cross attention optimization", gr.Dropdown, lambda: {"choices": ATTENTIONS}
        ),
        "batch_cond_uncond": OptionInfo(True, "Batch cond/uncond", gr.Checkbox),
        "fp8_storage": OptionInfo("Disable", "FP8 weight", gr.Radio, {"choices": FP8}),
        "show_progress_type": OptionInfo("Approx NN", "Live preview method", gr.Radio, {"choices": PREVIEWS}),
    }
    return {**{key: OptionInfo(value, key) for key, value in defaults.items()}, **shown}
