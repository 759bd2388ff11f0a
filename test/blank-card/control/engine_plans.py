"""Makes PyTorch forget which cuDNN engine it chose for each convolution.

Where the first engine's workspace did not fit, PyTorch goes on to the next one and stays with it for these shapes: the
same settings then need less than the first time. Whoever compares runs wants each of them to be the first. There is no
call for that, but there is a limit to how many choices are kept (TORCH_CUDNN_V8_API_LRU_CACHE_LIMIT): as many others
push all of them out. They are kept by each thread.
"""

from __future__ import annotations

import os
from typing import Any

VARIABLE = "TORCH_CUDNN_V8_API_LRU_CACHE_LIMIT"
COLUMNS = 64


def kept_choices() -> int:
    """0 where there is no limit, and so no way to push anything out."""
    text = os.environ.get(VARIABLE, "")
    return int(text) if text.isdigit() else 0


def forget_plans(torch: Any) -> None:
    """For the thread that calls it."""
    count = kept_choices()
    if count == 0:
        return
    values = torch.empty(count + COLUMNS, dtype=torch.float16, device="cuda")
    weight = torch.empty(1, 1, 1, 1, dtype=torch.float16, device="cuda")
    with torch.inference_mode():
        for index in range(count):
            rows, columns = index // COLUMNS + 1, index % COLUMNS + 1
            torch.nn.functional.conv2d(values[: rows * columns].view(1, 1, rows, columns), weight)
    del values, weight
    torch.cuda.empty_cache()
