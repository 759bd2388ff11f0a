"""The autoencoder in ldm's order computes what diffusers computes."""

import torch
from gpu_capture import first_stage
from gpu_capture.networks import build


def test_a_decode_is_the_same_picture():
    vae = build("toy", torch.device("cpu"), torch.float32).vae
    latent = torch.randn(1, 4, 8, 8)
    with torch.no_grad():
        expected = vae.decode(latent / vae.config.scaling_factor).sample
        assert torch.allclose(first_stage.decode(vae, latent), expected, atol=1e-5)


def test_an_encode_is_a_sample_of_the_same_distribution():
    vae = build("toy", torch.device("cpu"), torch.float32).vae
    picture = torch.rand(1, 3, 64, 64) * 2 - 1
    with torch.no_grad():
        posterior = vae.encode(picture).latent_dist
        torch.manual_seed(1)
        found = first_stage.encode(vae, picture)
        torch.manual_seed(1)
        noise = torch.randn_like(posterior.mean)
    assert torch.allclose(found, (posterior.mean + posterior.std * noise) * vae.config.scaling_factor, atol=1e-5)
