"""A row of the traced tables as phases on a fresh allocator, in the order in which the tables were made."""

from simulated_card.allocator import MIB, CachingAllocator, Refused
from simulated_card.phases import ModelShape, Phases

_UNLIMITED = 1 << 60
_NEED_STEP = 4 * MIB


def replay(model: ModelShape, row: dict[str, str], cap: int | None = None) -> CachingAllocator:
    """The allocator after the run. Raises Refused where `cap` bytes are too few."""
    allocator = CachingAllocator(lambda: _UNLIMITED)
    allocator.cap = cap
    phases = Phases(allocator, model)
    width, height, batch = (int(row[name]) for name in ("width", "height", "batch"))

    def sample(x, w, h):
        for _ in range(2):
            x = phases.sampling_step(x, w, h)
        return x

    def decode(x, w, h):
        for _ in range(min(batch, 2)):
            phases.decode(x, w, h)

    def encode(w, h):
        return phases.encode(phases.picture(w, h, batch), w, h)

    if row["op"] == "txt2img":
        decode(sample(phases.latents(width, height, batch), width, height), width, height)
        return allocator
    if row["op"] == "img2img":
        x = encode(width, height)
        allocator.empty_cache()
        x = sample(x, width, height)
    else:
        x = sample(phases.latents(width, height, batch), width, height)
        allocator.empty_cache()
        first_width, first_height = width, height
        width, height = int(row["hr_width"]), int(row["hr_height"])
        if row["hr_upscaler"] == "image":
            decode(x, first_width, first_height)
            x = encode(width, height)
        else:
            x = phases.latents(width, height, batch)
        allocator.empty_cache()
        x = sample(x, width, height)
    allocator.empty_cache()
    decode(x, width, height)
    return allocator


def need_mib(model: ModelShape, row: dict[str, str]) -> float:
    """The smallest cap under which the run succeeds, to 4 MiB, as the tables have it."""
    free = replay(model, row)
    low, high = free.allocated.peak // 2, free.reserved.peak
    while high - low > _NEED_STEP:
        middle = (low + high) // 2
        try:
            replay(model, row, cap=middle)
            high = middle
        except Refused:
            low = middle
    return high / MIB
