"""Full-size networks, without their memory: on PyTorch's meta device."""

import pytest
import torch
from gpu_capture.networks import build, normalise_as_the_webui, weights_mib

META = torch.device("meta")


@pytest.mark.parametrize(("model", "unet_mib"), [("sd15", 1639), ("sdxl", 4897)])
def test_weights_in_half_precision_are_those_of_the_published_checkpoints(model, unet_mib):
    networks = build(model, META, torch.float16)
    assert weights_mib(networks.unet) == pytest.approx(unet_mib, abs=1)
    assert weights_mib(networks.vae) == pytest.approx(160, abs=1)


def test_building_leaves_the_default_dtype_as_it_was():
    build("toy", META, torch.float16)
    assert torch.get_default_dtype() == torch.float32


def test_normalising_in_32_bits_hands_on_what_came_in():
    networks = build("toy", torch.device("cpu"), torch.float32)
    normalise_as_the_webui(networks.unet)
    norm = networks.unet.conv_norm_out
    x = torch.randn(1, norm.num_channels, 4, 4)
    assert norm(x.to(torch.bfloat16)).dtype == torch.bfloat16
    assert torch.allclose(norm(x), torch.nn.functional.group_norm(x, norm.num_groups, norm.weight, norm.bias, norm.eps))


def test_the_norms_of_transformers_are_left_as_they_are():
    networks = build("toy", META, torch.float16)
    normalise_as_the_webui(networks.unet)
    replaced = {name for name, module in networks.unet.named_modules() if "forward" in vars(module)}
    assert "down_blocks.0.resnets.0.norm1" in replaced
    assert not any("attentions" in name for name in replaced)
