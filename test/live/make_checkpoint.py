"""Write a tiny Stable Diffusion 1 checkpoint with random weights, for running the WebUI without a GPU.

The pictures are noise, but every step of a real run takes place: text encoder, UNet, VAE encode and
decode, hires fix. Run it with the WebUI's own Python, whose packages and `ldm` it uses:

    <webui>/venv/bin/python make_checkpoint.py --out <webui>/models/Stable-diffusion --name headroom-tiny

It writes NAME.safetensors, NAME.yaml (which the WebUI reads because it lies beside the checkpoint) and
NAME-clip/ (the text encoder's configuration and tokenizer). The same seed gives the same weights.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

SEED = 20240727
CONTEXT_DIM = 64
CLIP_VOCABULARY_SIZE = 49408
ZEROED_WEIGHT_STD = 0.02
"""Spread given to weights that training would start at zero; without it the UNet would predict no noise."""
CONDITIONING_MEAN = 0.1
"""Offset of the text encoder's output: the WebUI divides by its mean, and a fresh LayerNorm's mean can be 0 (NaN)."""

UNET: dict[str, Any] = {
    "image_size": 32,
    "in_channels": 4,
    "out_channels": 4,
    "model_channels": 32,
    "attention_resolutions": [2, 1],
    "num_res_blocks": 1,
    "channel_mult": [1, 2],
    "num_heads": 2,
    "use_spatial_transformer": True,
    "transformer_depth": 1,
    "context_dim": CONTEXT_DIM,
    "use_checkpoint": False,
    "legacy": False,
}

VAE: dict[str, Any] = {
    "double_z": True,
    "z_channels": 4,
    "resolution": 256,
    "in_channels": 3,
    "out_ch": 3,
    "ch": 32,
    "ch_mult": [1, 1, 1, 1],
    "num_res_blocks": 1,
    "attn_resolutions": [],
    "dropout": 0.0,
}

TEXT_ENCODER: dict[str, Any] = {
    "vocab_size": CLIP_VOCABULARY_SIZE,
    "hidden_size": CONTEXT_DIM,
    "intermediate_size": 2 * CONTEXT_DIM,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "max_position_embeddings": 77,
    "bos_token_id": CLIP_VOCABULARY_SIZE - 2,
    "eos_token_id": CLIP_VOCABULARY_SIZE - 1,
}


def model_config(clip_folder: Path) -> dict[str, Any]:
    """Return the model description for the `.yaml` file beside the checkpoint."""
    return {
        "model": {
            "target": "ldm.models.diffusion.ddpm.LatentDiffusion",
            "params": {
                "linear_start": 0.00085,
                "linear_end": 0.012,
                "num_timesteps_cond": 1,
                "timesteps": 1000,
                "first_stage_key": "jpg",
                "cond_stage_key": "txt",
                "image_size": 64,
                "channels": 4,
                "cond_stage_trainable": False,
                "conditioning_key": "crossattn",
                "scale_factor": 0.18215,
                "use_ema": False,
                "unet_config": {
                    "target": "ldm.modules.diffusionmodules.openaimodel.UNetModel",
                    "params": UNET,
                },
                "first_stage_config": {
                    "target": "ldm.models.autoencoder.AutoencoderKL",
                    "params": {"embed_dim": 4, "ddconfig": VAE, "lossconfig": {"target": "torch.nn.Identity"}},
                },
                "cond_stage_config": {
                    "target": "ldm.modules.encoders.modules.FrozenCLIPEmbedder",
                    "params": {"version": str(clip_folder)},
                },
            },
        }
    }


def write_tokenizer(folder: Path) -> None:
    """Write the CLIP tokenizer in the Hugging Face layout, from the byte-pair vocabulary that open_clip ships."""
    import open_clip
    from open_clip.tokenizer import bytes_to_unicode
    from transformers import CLIPTokenizer

    bpe_file = Path(open_clip.__file__).parent / "bpe_simple_vocab_16e6.txt.gz"
    lines = gzip.decompress(bpe_file.read_bytes()).decode("utf-8").split("\n")
    characters = list(bytes_to_unicode().values())
    merges = lines[1 : CLIP_VOCABULARY_SIZE - 2 * len(characters) - 2 + 1]
    tokens = [
        *characters,
        *(f"{character}</w>" for character in characters),
        *("".join(merge.split()) for merge in merges),
        "<|startoftext|>",
        "<|endoftext|>",
    ]

    with tempfile.TemporaryDirectory() as scratch:
        vocabulary_file, merges_file = Path(scratch, "vocab.json"), Path(scratch, "merges.txt")
        vocabulary_file.write_text(json.dumps({token: i for i, token in enumerate(tokens)}), encoding="utf-8")
        merges_file.write_text("\n".join(["#version: 0.2", *merges]), encoding="utf-8")
        tokenizer = CLIPTokenizer(str(vocabulary_file), str(merges_file), model_max_length=77)
        tokenizer.save_pretrained(folder)


def random_weights(clip_folder: Path) -> dict[str, Any]:
    """Return the state dict of a freshly initialised model; saves the text encoder's configuration on the way."""
    import torch
    from ldm.models.autoencoder import AutoencoderKL
    from ldm.modules.diffusionmodules.openaimodel import UNetModel
    from transformers import CLIPTextConfig, CLIPTextModel

    torch.manual_seed(SEED)
    text_encoder = CLIPTextModel(CLIPTextConfig(**TEXT_ENCODER))
    text_encoder.config.save_pretrained(clip_folder)
    parts = {
        "model.diffusion_model.": UNetModel(**UNET),
        "first_stage_model.": AutoencoderKL(ddconfig=VAE, lossconfig={"target": "torch.nn.Identity"}, embed_dim=4),
        "cond_stage_model.transformer.": text_encoder,
    }

    weights = {prefix + name: tensor for prefix, part in parts.items() for name, tensor in part.state_dict().items()}
    for name, tensor in weights.items():
        if name.endswith(".weight") and not tensor.any():
            torch.nn.init.normal_(tensor, std=ZEROED_WEIGHT_STD)
    weights["cond_stage_model.transformer.text_model.final_layer_norm.bias"].fill_(CONDITIONING_MEAN)
    return {name: tensor.contiguous() for name, tensor in weights.items()}


def main() -> None:
    """Read the command line and write the three parts of the checkpoint."""
    parser = argparse.ArgumentParser(description="Write a tiny random Stable Diffusion 1 checkpoint.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint, created if missing")
    parser.add_argument("--name", default="headroom-tiny", help="base name of the files (default: %(default)s)")
    parser.add_argument(
        "--webui",
        type=Path,
        default=Path(sys.prefix).parent,
        help="the WebUI's folder (default: the one that holds the running Python's venv)",
    )
    arguments = parser.parse_args()

    sys.path.append(str(arguments.webui / "repositories" / "stable-diffusion-stability-ai"))
    from omegaconf import OmegaConf
    from safetensors.torch import save_file

    out: Path = arguments.out.resolve()
    clip_folder = out / f"{arguments.name}-clip"
    clip_folder.mkdir(parents=True, exist_ok=True)
    write_tokenizer(clip_folder)
    weights = random_weights(clip_folder)
    save_file(weights, str(out / f"{arguments.name}.safetensors"))
    OmegaConf.save(OmegaConf.create(model_config(clip_folder)), out / f"{arguments.name}.yaml")
    print(f"{out / arguments.name}.safetensors: {sum(t.numel() for t in weights.values()) / 1e6:.1f} M parameters")


if __name__ == "__main__":
    main()
