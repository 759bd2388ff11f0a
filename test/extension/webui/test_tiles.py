import numpy as np
import pytest
from fakes.tensors import SCALE, Tensor, decoded, fake_tensors
from headroom.webui.tiles import decode_in_tiles

SIZES = [(64, 64), (96, 64), (65, 97), (33, 200), (100, 41), (40, 40), (256, 40)]


def latent(height, width):
    return Tensor(np.random.default_rng(1).standard_normal((1, 4, height, width)).astype(np.float32))


@pytest.mark.parametrize("side", [32, 40, 72])
@pytest.mark.parametrize(("height", "width"), SIZES)
def test_tiles_blend_to_the_whole_of_a_decoder_that_sees_only_what_is_near(height, width, side):
    one = latent(height, width)
    tiles = decode_in_tiles(fake_tensors(), lambda part: Tensor(decoded(part.values)), one, side)
    np.testing.assert_allclose(tiles.values, decoded(one.values), rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("side", [32, 40, 72])
@pytest.mark.parametrize(("height", "width"), SIZES)
def test_all_tiles_are_of_one_size_and_none_is_larger_than_asked(height, width, side):
    seen = []

    def decode(part):
        seen.append(part.shape[2:])
        return Tensor(decoded(part.values))

    decode_in_tiles(fake_tensors(), decode, latent(height, width), side)
    assert set(seen) == {(min(side, height), min(side, width))}


def test_tiles_of_unlike_brightness_pass_into_each_other_without_a_step():
    brightness = iter(range(100))

    def decode(part):
        return Tensor(np.full((1, 3, 32 * SCALE, 32 * SCALE), float(next(brightness))))

    row = decode_in_tiles(fake_tensors(), decode, latent(32, 128), 32).values[0, 0, 0]
    assert row[0] == 0 and row[-1] > 3
    assert np.abs(np.diff(row)).max() < 0.05
