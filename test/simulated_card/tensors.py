"""Tensors that have a size and no content, and the few operations of which the networks are made.

A tensor gives its block back when Python drops the last reference to it, as PyTorch's tensors do; so the lifetimes of
activations, temporaries and skip connections follow from how the networks are written, and an exception that
is kept keeps its tensors alive.
"""

from __future__ import annotations

from .allocator import Block, CachingAllocator, Refused
from .laws import BIASED_PRODUCT_BYTES, Libraries

HALF = 2
FLOAT = 4


class Tensor:
    """`count` x `channels` x `pixels` elements of `width` bytes each; tokens are pixels. `channels_last`: how they
    lie. Without an allocator it looks at another's memory.
    """

    __slots__ = ("_allocator", "_block", "channels", "channels_last", "count", "pixels", "width")

    def __init__(
        self,
        allocator: CachingAllocator | None,
        count: int,
        channels: int,
        pixels: int,
        width: int,
        channels_last: bool = False,
    ) -> None:
        self.count = count
        self.channels = channels
        self.pixels = pixels
        self.width = width
        self.channels_last = channels_last
        self._allocator = allocator
        self._block: Block | None = None
        self._block = allocator.allocate(self.nbytes) if allocator else None

    @property
    def nbytes(self) -> int:
        return self.count * self.channels * self.pixels * self.width

    def __del__(self) -> None:
        if self._allocator is not None and self._block is not None:
            self._allocator.release(self._block)


class Operations:
    """Eager operations, each allocating its result and whatever PyTorch and its libraries need meanwhile.

    `element`: bytes of a number in convolutions and matrix products. Under autocast, normalisations compute and return
    32-bit floats, which those cast back.
    """

    def __init__(
        self, allocator: CachingAllocator, autocast: bool, element: int = HALF, libraries: Libraries | None = None
    ) -> None:
        self.allocator = allocator
        self.autocast = autocast
        self.element = element
        self.libraries = libraries or Libraries()
        self.tracks_order = self.libraries.laws.tracks_order

    def empty(
        self, count: int, channels: int, pixels: int, width: int | None = None, channels_last: bool = False
    ) -> Tensor:
        return Tensor(self.allocator, count, channels, pixels, width or self.element, channels_last)

    def like(
        self, x: Tensor, channels: int | None = None, width: int | None = None, channels_last: bool | None = None
    ) -> Tensor:
        """A new tensor of x's shape, or with other channels, element width or order."""
        last = x.channels_last if channels_last is None else channels_last
        return self.empty(x.count, channels or x.channels, x.pixels, width or x.width, last)

    def cast(self, x: Tensor, width: int) -> Tensor:
        return x if x.width == width else self.like(x, width=width)

    def convolution(self, x: Tensor, channels: int, pixels: int | None = None, kernel: int = 3) -> Tensor:
        """`pixels` where a stride changes the size. What is channels-last stays so, and takes its weights so, too."""
        operand = self.cast(x, self.element)
        result = self.empty(operand.count, channels, pixels or operand.pixels, channels_last=operand.channels_last)
        # Weights of a single pixel lie the same way in either order.
        weight_bytes = operand.channels * channels * kernel**2 * self.element if kernel > 1 else 0
        if not operand.channels_last:
            self._workspace(operand, weight_bytes, result)
        elif weight_bytes:
            self.passing(weight_bytes)
        return result

    def _workspace(self, x: Tensor, weight_bytes: int, y: Tensor) -> None:
        """Where it does not fit, PyTorch takes the next engine, which has none, and stays with that for this shape."""
        sizes = {"x": x.nbytes, "w": weight_bytes, "y": y.nbytes}
        nbytes = sum(sizes[part] for part in self.libraries.laws.copied(x.width))
        shape = (x.count, x.channels, x.pixels, y.channels, y.pixels, x.width, weight_bytes)
        if nbytes == 0 or shape in self.libraries.without:
            return
        try:
            self.passing(nbytes)
        except Refused:
            self.libraries.without.add(shape)

    def passing(self, nbytes: int) -> None:
        """What an operation needs while it lasts."""
        self.allocator.release(self.allocator.allocate(nbytes))

    def linear(self, x: Tensor, channels: int, bias: bool = True) -> Tensor:
        """Of tokens; what comes out is contiguous tokens."""
        operand = self.cast(x, self.element)
        result = self.like(operand, channels, channels_last=self.tracks_order)
        if bias and self.tracks_order and operand.channels_last:
            self.passing(BIASED_PRODUCT_BYTES)
        return result

    def pointwise(self, x: Tensor) -> Tensor:
        return self.like(x)

    def reordered(self, x: Tensor, channels_last: bool) -> Tensor:
        """A copy in the other order."""
        return self.like(x, channels_last=channels_last and self.tracks_order)

    def add(self, x: Tensor, y: Tensor) -> Tensor:
        """In the order of the first."""
        return self.like(x, width=max(x.width, y.width))

    def norm(self, x: Tensor) -> Tensor:
        """Group normalisation, of and into what is not channels-last; 32-bit under autocast."""
        return self._normalised(x, FLOAT if self.autocast else x.width, channels_last=False)

    def norm_tokens(self, x: Tensor) -> Tensor:
        """Layer normalisation, of and into contiguous tokens, with each token's mean and deviation."""
        return self._normalised(x, FLOAT if self.autocast else x.width, channels_last=True)

    def norm_in_float(self, x: Tensor) -> Tensor:
        """The UNet's group normalisation: always computed in 32 bits, given back in the input's type."""
        result = self._normalised(x, FLOAT, channels_last=False)
        return self.cast(result, x.width)

    def _normalised(self, x: Tensor, width: int, channels_last: bool) -> Tensor:
        operand = self.cast(x, width)
        in_order = operand
        if self.tracks_order and operand.channels_last != channels_last:
            in_order = self.like(operand, channels_last=channels_last)
        result = self.like(in_order)
        if self.tracks_order and channels_last:
            statistics = [self.like(operand, channels=1, width=FLOAT) for _ in range(2)]
            del statistics
        return result

    def concatenate(self, x: Tensor, y: Tensor) -> Tensor:
        return self.like(y, x.channels + y.channels, x.width, x.channels_last and y.channels_last)
