"""A latent decoded in overlapping tiles that are blended into one picture.

A tile sees no further than its edge: what a decoder takes from the whole picture (the means of its group norms, its
attention) it takes from the tile. The result is near the whole's, and not the same: docs/rescue.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

OVERLAP_SHARE = 4
"""At least one part in four of a tile's side is its neighbour's, too."""


def decode_in_tiles(torch: Any, decode: Callable[[Any], Any], latent: Any, side: int) -> Any:
    """On the CPU in 32 bits, where it takes none of what is short.

    `latent` is of shape (1, channels, height, width), and `side` a tile's in its pixels.
    """
    height, width = (int(length) for length in latent.shape[2:])
    tops, lefts = _starts(height, side), _starts(width, side)
    tile_height, tile_width = min(side, height), min(side, width)
    picture: Any = None
    for row, top in enumerate(tops):
        for column, left in enumerate(lefts):
            tile = decode(latent[:, :, top : top + tile_height, left : left + tile_width]).cpu().float()
            scale = int(tile.shape[2]) // tile_height
            if picture is None:
                picture = torch.zeros((1, int(tile.shape[1]), height * scale, width * scale))
                down = torch.tensor(_weights(tops, tile_height, scale))
                across = torch.tensor(_weights(lefts, tile_width, scale))
            weights = down[row].reshape(-1, 1) * across[column].reshape(1, -1)
            y, x = top * scale, left * scale
            picture[:, :, y : y + tile_height * scale, x : x + tile_width * scale] += tile * weights
    return picture


def _starts(length: int, tile: int) -> list[int]:
    """As few tiles as overlap by their share, spread evenly; all are of one size."""
    if tile >= length:
        return [0]
    stride = tile - max(1, tile // OVERLAP_SHARE)
    count = -(-(length - tile) // stride)
    return [at * (length - tile) // count for at in range(count + 1)]


def _weights(starts: list[int], tile: int, scale: int) -> list[list[float]]:
    """Of each tile's pixels along one axis. Those of all tiles at a pixel add up to one."""
    last = len(starts) - 1
    ramps = []
    for at, start in enumerate(starts):
        before = 0 if at == 0 else (starts[at - 1] + tile - start) * scale
        after = 0 if at == last else (start + tile - starts[at + 1]) * scale
        length = tile * scale
        ramps.append([_rise(i, before) * _rise(length - 1 - i, after) for i in range(length)])
    totals = [0.0] * ((starts[last] + tile) * scale)
    for start, ramp in zip(starts, ramps, strict=True):
        for i, weight in enumerate(ramp):
            totals[start * scale + i] += weight
    return [
        [weight / totals[start * scale + i] for i, weight in enumerate(ramp)]
        for start, ramp in zip(starts, ramps, strict=True)
    ]


def _rise(i: int, overlap: int) -> float:
    """From 0 to 1 over an overlap; its outer quarter, which knows least of what lies beyond, counts for nothing."""
    return 1.0 if i >= overlap else min(1.0, max(0.0, 2 * (i + 0.5) / overlap - 0.5))
