"""One generation as AUTOMATIC1111 1.10.1 runs it, phase by phase, on the simulated allocator.

How near it is to the recorded tables (benchmarks/data/real-allocator, 69 settings each, the weights in all figures):

                     mean error       worst error
    active           0.05 %           0.2 %
    reserved         0.5 %            1.5 %, but of two of 69 with sub-quadratic attention: 4 and 8 %
    required         of 196 needs 192 lie within 1 %

As networks are traced without a card (`TRACED` of laws.py; benchmarks/data/vram-trace, weights left out):

    active           0.02 %           0.1 %
    reserved         0.2 %            1.5 %
    required         0.4 %            13 %, of some 100 MiB, where whole segments rule

Left out: live previews, other extensions, SD 2, attention in 32 bits, weights of 8 bits or channels-last.
"""

from __future__ import annotations

from dataclasses import dataclass

from .allocator import MIB, CachingAllocator
from .attention import Attention
from .laws import Libraries
from .tensors import FLOAT, HALF, Operations, Tensor
from .unet import SD15_UNET, SDXL_UNET, UNet, UNetShape, context_of
from .vae import LATENT_CHANNELS, Vae
from .weights import Tensors, clip_tensors, open_clip_tensors, unet_tensors, vae_tensors

_SCALE = 8
_WORKSPACE = 8_519_680


@dataclass(frozen=True)
class ModelShape:
    """`encodes_in_autocast`: SD 1.5's encoder runs its normalisations in 32 bits; SDXL's switches autocast off."""

    name: str
    unet: UNetShape
    encodes_in_autocast: bool
    weights: dict[str, Tensors]


# In the order in which they are loaded.
NETWORKS = ("unet", "vae", "text")
SD15 = ModelShape(
    "sd15",
    SD15_UNET,
    True,
    {"unet": unet_tensors(SD15_UNET, has_labels=False), "vae": vae_tensors(), "text": clip_tensors()},
)
SDXL = ModelShape(
    "sdxl",
    SDXL_UNET,
    False,
    {
        "unet": unet_tensors(SDXL_UNET, has_labels=True),
        "vae": vae_tensors(),
        "text": clip_tensors() + open_clip_tensors(),
    },
)


class Phases:
    """The memory of each phase. Sizes are output pixels; latents have an eighth of width and height, rounded down.

    `unet_element`, `vae_element`: bytes of a number in the one and the other. `libraries`: the process's, and so what
    they fell back to in earlier generations; without any, networks are as they were traced, without a card.
    """

    def __init__(
        self,
        allocator: CachingAllocator,
        model: ModelShape,
        attention: Attention = "fused",
        unet_element: int = HALF,
        vae_element: int = HALF,
        libraries: Libraries | None = None,
    ) -> None:
        libraries = libraries or Libraries()
        self._model = model
        self._elements = {"unet": unet_element, "text": unet_element, "vae": vae_element}
        self._unet = UNet(model.unet, attention)
        self._vae = Vae(attention)
        self._unet_ops = Operations(allocator, unet_element == HALF, unet_element, libraries)
        self._decoding = Operations(allocator, False, vae_element, libraries)
        # Autocast computes in 16 bits even where the autoencoder's weights have 32, and is off where the UNet's have.
        in_autocast = model.encodes_in_autocast and unet_element == HALF
        self._encoding = Operations(allocator, True, HALF, libraries) if in_autocast else self._decoding

    @property
    def keeps_pictures(self) -> bool:
        """Whether pictures that hires fix encodes stay on the card until what was made of them is decoded."""
        return self._decoding.tracks_order

    def weights(self, network: str) -> list[Tensor]:
        """One network's weights, tensor by tensor."""
        element = self._elements[network]
        return [self._unet_ops.empty(1, 1, count, width=element) for count in self._model.weights[network]]

    def workspace(self) -> Tensor:
        """cuBLAS's, taken with the first matrix product and kept."""
        return self._unet_ops.empty(1, 1, _WORKSPACE, width=1)

    def text_encoding(self, count: int) -> Tensor:
        """Prompts to what the UNet attends to; the result is kept by the caller."""
        ops = self._unet_ops
        x = context_of(ops, self._model.unet, count)
        for _ in range(12):
            wide = ops.convolution(ops.norm(x), x.channels * 4)
            x = ops.add(ops.convolution(wide, x.channels), x)
        return ops.norm(x)

    def upscaler_tile(self) -> None:
        """A 4x super-resolution network on one tile of 192 px: 64 channels there, then at 16 times the pixels."""
        ops = self._unet_ops
        weights = [ops.empty(1, 1, 2 * MIB, width=1) for _ in range(16)]
        x = ops.empty(1, 64, 192 * 192)
        for _ in range(8):
            x = ops.add(ops.convolution(ops.concatenate(x, ops.convolution(x, 128)), 64), x)
        large = ops.convolution(ops.empty(1, 64, 16 * 192 * 192), 64)
        ops.convolution(ops.pointwise(large), 3)
        del weights

    def latents(self, width: int, height: int, batch: int) -> Tensor:
        """32-bit, as the WebUI's noise and samplers are."""
        return self._unet_ops.empty(batch, LATENT_CHANNELS, (width // _SCALE) * (height // _SCALE), FLOAT)

    def picture(self, width: int, height: int, batch: int) -> Tensor:
        return self._decoding.empty(batch, 3, width * height)

    def sampling_step(self, x: Tensor, width: int, height: int, batched_cond: bool = True) -> Tensor:
        """One step: the network on conditional and unconditional latents (together if `batched_cond`), the update."""
        ops = self._unet_ops
        parts = 1 if batched_cond else 2
        halves: list[Tensor] = []
        for _ in range(parts):
            x_in = ops.empty(x.count * 2 // parts, x.channels, x.pixels, FLOAT)
            contexts = self._contexts(x_in.count)
            scaled = ops.pointwise(x_in)
            halves.append(self._unet(ops, scaled, contexts[0], width // _SCALE, height // _SCALE))
            del x_in, contexts, scaled
        denoised = ops.pointwise(x)
        return ops.add(x, denoised)

    def _contexts(self, count: int) -> list[Tensor]:
        """What the prompts gave; on a card in halves and joined, and joined in the network's width twice."""
        ops = self._unet_ops
        widths = [ops.element, ops.element, FLOAT, FLOAT] if ops.tracks_order else [ops.element]
        return [context_of(ops, self._model.unet, count, width) for width in widths]

    def decode(self, latents: Tensor, width: int, height: int) -> Tensor:
        """One picture of the batch."""
        ops = self._decoding
        latent = ops.empty(1, latents.channels, latents.pixels)
        return self._vae.decode(ops, latent, width // _SCALE * _SCALE, height // _SCALE * _SCALE)

    def encode(self, picture: Tensor, width: int, height: int) -> Tensor:
        """A batch of pictures, one after the other, to a batch of latents."""
        if self._encoding.tracks_order:
            # Twice the pictures, of which 1 is taken away.
            doubled = self._decoding.pointwise(picture)
            picture = self._decoding.pointwise(doubled)
            del doubled
        latents = [self.encode_one(picture, width, height) for _ in range(picture.count)]
        return self._encoding.empty(picture.count, LATENT_CHANNELS, latents[0].pixels, FLOAT)

    def encode_one(self, picture: Tensor, width: int, height: int) -> Tensor:
        """One of a batch of pictures."""
        return self._vae.encode(self._encoding, picture, width, height)
