"""PyTorch's caching allocator for one stream on one device, replayed in memory.

The rules are those of c10/cuda/CUDACachingAllocator.cpp (PyTorch 2.x, default settings): sizes rounded to 512 B;
requests up to 1 MiB come from 2 MiB segments; up to 10 MiB from 20 MiB segments; larger ones from segments of their
own, rounded to 2 MiB; a block is split where what remains is worth keeping (512 B in the small pool, over 1 MiB in the
large one); best fit; free neighbours are joined; when the device refuses a segment, every segment without a live block
is given back and the request tried once more. All sizes are in bytes.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable
from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB
_MIN_BLOCK = 512
_SMALL_REQUEST = 1 * MIB
_SMALL_SEGMENT = 2 * MIB
_MEDIUM_REQUEST = 10 * MIB
_MEDIUM_SEGMENT = 20 * MIB
_ROUND_LARGE = 2 * MIB


class Refused(Exception):  # noqa: N818 - not an error of ours: the simulated device has no memory left
    """A request that neither the cache nor the device could meet. `capped`: the process's own limit was in the way."""

    def __init__(self, requested: int, capped: bool) -> None:
        super().__init__(f"no room for {requested} bytes")
        self.requested = requested
        self.capped = capped


class Block:
    """A stretch of a segment, live or free, in a list of neighbours."""

    __slots__ = ("address", "free", "next", "pool", "previous", "size")

    def __init__(self, address: int, size: int, pool: _Pool) -> None:
        self.address = address
        self.size = size
        self.pool = pool
        self.free = True
        self.previous: Block | None = None
        self.next: Block | None = None


class _Pool:
    """Free blocks of one kind, ordered by size and then address, as PyTorch's block set is."""

    __slots__ = ("_blocks", "_keys", "split_above")

    def __init__(self, split_above: int) -> None:
        self._keys: list[tuple[int, int]] = []
        self._blocks: dict[int, Block] = {}
        self.split_above = split_above

    def add(self, block: Block) -> None:
        insort(self._keys, (block.size, block.address))
        self._blocks[block.address] = block

    def remove(self, block: Block) -> None:
        del self._keys[bisect_left(self._keys, (block.size, block.address))]
        del self._blocks[block.address]

    def best_fit(self, size: int) -> Block | None:
        at = bisect_left(self._keys, (size, 0))
        return self._blocks[self._keys[at][1]] if at < len(self._keys) else None

    def whole_segments(self) -> list[Block]:
        return [block for block in self._blocks.values() if block.previous is None and block.next is None]


@dataclass
class Counter:
    """PyTorch's `Stat`: now and the most since the last reset. `watched` is a second peak, for who looks on from
    outside.
    """

    current: int = 0
    peak: int = 0
    watched: int = 0

    def change(self, by: int) -> None:
        self.current += by
        if self.current > self.peak:
            self.peak = self.current
        if self.current > self.watched:
            self.watched = self.current

    def reset_peak(self) -> None:
        self.peak = self.current


class CachingAllocator:
    """`room()`: bytes that the device has left for new segments; `on_segments` hears each change of reserved memory."""

    def __init__(self, room: Callable[[], int], on_segments: Callable[[], None] = lambda: None) -> None:
        self._room = room
        self._on_segments = on_segments
        self._small = _Pool(split_above=_MIN_BLOCK - 1)
        self._large = _Pool(split_above=_SMALL_REQUEST)
        self._next_address = 1 << 33
        # With one stream, active bytes are allocated bytes.
        self.allocated = Counter()
        self.reserved = Counter()
        self.cap: int | None = None
        self.retries = 0
        self.ooms = 0

    @property
    def free_bytes(self) -> int:
        """What the device has left and what the cache holds, as programs work it out that slice to fit; no cap counts
        here.
        """
        return self._room() + self.reserved.current - self.allocated.current

    def allocate(self, nbytes: int) -> Block:
        """A live block of at least `nbytes`. Raises Refused."""
        size = max(_MIN_BLOCK, -(-nbytes // _MIN_BLOCK) * _MIN_BLOCK)
        pool = self._small if size <= _SMALL_REQUEST else self._large
        block = pool.best_fit(size)
        if block is None:
            block = self._new_segment(size, pool)
        else:
            pool.remove(block)
        if block.size - size > pool.split_above:
            self._split(block, size)
        block.free = False
        self.allocated.change(block.size)
        return block

    def release(self, block: Block) -> None:
        self.allocated.change(-block.size)
        block.free = True
        pool = block.pool
        after = block.next
        if after is not None and after.free:
            pool.remove(after)
            block.size += after.size
            block.next = after.next
            if after.next is not None:
                after.next.previous = block
        before = block.previous
        if before is not None and before.free:
            pool.remove(before)
            before.size += block.size
            before.next = block.next
            if block.next is not None:
                block.next.previous = before
            block = before
        pool.add(block)

    def empty_cache(self) -> None:
        """Gives every segment without a live block back to the device."""
        given_back = 0
        for pool in (self._small, self._large):
            for block in pool.whole_segments():
                pool.remove(block)
                given_back += block.size
        if given_back:
            self.reserved.change(-given_back)
            self._on_segments()

    def reset_peaks(self) -> None:
        self.allocated.reset_peak()
        self.reserved.reset_peak()

    def watch(self) -> None:
        """Begins the second peaks anew; `reset_peaks`, which every program may call, leaves them alone."""
        self.allocated.watched = self.allocated.current
        self.reserved.watched = self.reserved.current

    def _new_segment(self, size: int, pool: _Pool) -> Block:
        if size <= _SMALL_REQUEST:
            segment = _SMALL_SEGMENT
        elif size < _MEDIUM_REQUEST:
            segment = _MEDIUM_SEGMENT
        else:
            segment = -(-size // _ROUND_LARGE) * _ROUND_LARGE
        if not self._fits(segment):
            self.retries += 1
            self.empty_cache()
            if not self._fits(segment):
                self.ooms += 1
                raise Refused(size, capped=self.cap is not None and self.reserved.current + segment > self.cap)
        # Segments never touch, so that blocks of two segments are never neighbours.
        block = Block(self._next_address, segment, pool)
        self._next_address += segment + _ROUND_LARGE
        self.reserved.change(segment)
        self._on_segments()
        return block

    def _fits(self, segment: int) -> bool:
        under_cap = self.cap is None or self.reserved.current + segment <= self.cap
        return under_cap and segment <= self._room()

    def _split(self, block: Block, size: int) -> None:
        rest = Block(block.address + size, block.size - size, block.pool)
        rest.previous = block
        rest.next = block.next
        if rest.next is not None:
            rest.next.previous = rest
        block.next = rest
        block.size = size
        block.pool.add(rest)
