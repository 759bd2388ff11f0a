"""Writes a checkpoint of a real network's shapes whose weights are zeros: a sparse file, which takes no room on the
disk.

    <webui's python> zero_checkpoint.py --family sd1|sd2|sdxl[-inpainting] --webui DIR --out DIR

The shapes are those of the WebUI's own classes and configurations, made on PyTorch's meta device. OUT gets
FAMILY.safetensors, FAMILY.yaml (which the WebUI reads because it lies beside the checkpoint) and clip-l/ (a text
encoder's configuration and tokenizer).
The WebUI needs --disable-nan-check with it.
"""

from __future__ import annotations

import argparse
import json
import struct
import sys
from pathlib import Path
from typing import Any

LIVE = Path(__file__).resolve().parents[1] / "live"
DTYPE_BYTES = {"F16": 2, "F32": 4, "I64": 8}
TIMESTEPS = 1000
Shapes = dict[str, tuple[tuple[int, ...], str]]

# CLIP ViT-L/14's text half.
CLIP_L: dict[str, Any] = {
    "vocab_size": 49408,
    "hidden_size": 768,
    "intermediate_size": 3072,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "max_position_embeddings": 77,
    "bos_token_id": 49406,
    "eos_token_id": 49407,
    "projection_dim": 768,
}
STABLE_DIFFUSION = "repositories/stable-diffusion-stability-ai"
GENERATIVE_MODELS = "repositories/generative-models"
CONFIGURATIONS = {
    "sd1": "configs/v1-inference.yaml",
    "sd2": f"{STABLE_DIFFUSION}/configs/stable-diffusion/v2-inference-v.yaml",
    "sdxl": f"{GENERATIVE_MODELS}/configs/inference/sd_xl_base.yaml",
    "sd1-inpainting": "configs/v1-inpainting-inference.yaml",
    "sd2-inpainting": f"{STABLE_DIFFUSION}/configs/stable-diffusion/v2-inpainting-inference.yaml",
    "sdxl-inpainting": "configs/sd_xl_inpaint.yaml",
}


def shapes_of(module: Any, prefix: str) -> Shapes:
    """Halves, as published checkpoints have, but for whole numbers."""
    return {
        prefix + name: (tuple(t.shape), "F16" if t.is_floating_point() else "I64")
        for name, t in module.state_dict().items()
    }


def first_stage(config: Any) -> Any:
    from ldm.models.autoencoder import AutoencoderKL

    ddconfig = {**config.ddconfig, "attn_type": "vanilla"}
    return AutoencoderKL(ddconfig=ddconfig, lossconfig={"target": "torch.nn.Identity"}, embed_dim=4)


def open_clip_text(arch: str) -> Any:
    """The text half of an OpenCLIP network; ldm and sgm throw the other away."""
    import open_clip
    import torch

    model, _, _ = open_clip.create_model_and_transforms(arch, device=torch.device("meta"), pretrained=None)
    del model.visual
    return model


def clip_l() -> Any:
    from transformers import CLIPTextConfig, CLIPTextModel

    return CLIPTextModel(CLIPTextConfig(**CLIP_L))


def stable_diffusion(family: str, config: Any) -> Shapes:
    """SD 1 and SD 2: ldm's classes."""
    from ldm.modules.diffusionmodules.openaimodel import UNetModel

    parts = config.model.params
    shapes = shapes_of(UNetModel(**{**parts.unet_config.params, "use_checkpoint": False}), "model.diffusion_model.")
    shapes |= shapes_of(first_stage(parts.first_stage_config.params), "first_stage_model.")
    if family.startswith("sd1"):
        shapes |= shapes_of(clip_l(), "cond_stage_model.transformer.")
    else:
        shapes |= shapes_of(open_clip_text("ViT-H-14"), "cond_stage_model.model.")
    return shapes


def sdxl(config: Any) -> Shapes:
    from sgm.modules.diffusionmodules.openaimodel import UNetModel

    parts = config.model.params
    unet = {**parts.network_config.params, "use_checkpoint": False, "spatial_transformer_attn_type": "softmax"}
    shapes = shapes_of(UNetModel(**unet), "model.diffusion_model.")
    shapes |= shapes_of(first_stage(parts.first_stage_config.params), "first_stage_model.")
    shapes |= shapes_of(clip_l(), "conditioner.embedders.0.transformer.")
    return shapes | shapes_of(open_clip_text("ViT-bigG-14"), "conditioner.embedders.1.model.")


def write_zeros(file: Path, shapes: Shapes) -> int:
    """A safetensors file with a hole where the weights would be; returns their bytes."""
    header, at = {}, 0
    for name, (shape, dtype) in shapes.items():
        size = DTYPE_BYTES[dtype]
        for side in shape:
            size *= side
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with file.open("wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        out.truncate(8 + len(text) + at)
    return at


def name_text_encoder(config: Any, clip_folder: Path) -> None:
    """CLIP ViT-L/14 is looked for in this folder rather than on the network."""
    from omegaconf import OmegaConf

    parts = config.model.params
    stages = parts.conditioner_config.params.emb_models if "conditioner_config" in parts else [parts.cond_stage_config]
    for stage in stages:
        if stage.target.endswith("FrozenCLIPEmbedder"):
            stage.params = OmegaConf.create({**stage.get("params", {}), "version": str(clip_folder)})


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a full-size checkpoint of zeros as a sparse file.")
    parser.add_argument("--family", choices=sorted(CONFIGURATIONS), required=True)
    parser.add_argument("--webui", type=Path, required=True, help="the WebUI's folder")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint, created if missing")
    arguments = parser.parse_args()
    webui: Path = arguments.webui.resolve()
    sys.path[:0] = [str(LIVE), str(webui / STABLE_DIFFUSION), str(webui / GENERATIVE_MODELS)]
    import torch
    from make_checkpoint import write_tokenizer
    from omegaconf import OmegaConf
    from transformers import CLIPTextConfig

    family, out = arguments.family, arguments.out.resolve()
    clip_folder = out / "clip-l"
    clip_folder.mkdir(parents=True, exist_ok=True)
    write_tokenizer(clip_folder)
    CLIPTextConfig(**CLIP_L).save_pretrained(clip_folder)
    config = OmegaConf.load(webui / CONFIGURATIONS[family])
    with torch.device("meta"):
        shapes = sdxl(config) if family.startswith("sdxl") else stable_diffusion(family, config)
    shapes["alphas_cumprod"] = ((TIMESTEPS,), "F32")
    size = write_zeros(out / f"{family}.safetensors", shapes)
    name_text_encoder(config, clip_folder)
    OmegaConf.save(config, out / f"{family}.yaml")
    print(f"{out / family}.safetensors: {size / 2**20:.0f} MiB, {len(shapes)} tensors")


if __name__ == "__main__":
    main()
