"""Which attention is in force.

The simulated network has fused attention or, where none was chosen, holds its N x N matrices. What the others do in between,
slicing to fit the memory that is free, is not simulated: they count as fused.
"""


class StableDiffusionModelHijack:
    def __init__(self) -> None:
        self.optimization_method: str | None = None
        self.comments: list[str] = []
        self.extra_generation_params: dict[str, str] = {}

    def apply_optimizations(self, option: str) -> None:
        """`option`: the setting cross_attention_optimization, as "Doggettx" or "sdp - scaled dot product"."""
        self.optimization_method = {"Automatic": "sdp", "None": ""}.get(option, option.partition(" - ")[0])

    @property
    def fused(self) -> bool:
        return self.optimization_method != ""


model_hijack = StableDiffusionModelHijack()
