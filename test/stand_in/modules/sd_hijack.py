"""Which attention is in force: as many kinds as the WebUI has (simulated_card/attention.py)."""

from simulated_card.attention import Attention

_KINDS: dict[str | None, Attention] = {
    "": "unfused",
    "xformers": "xformers",
    "V1": "v1",
    "sub-quadratic": "sub-quadratic",
    "Doggettx": "doggettx",
    "InvokeAI": "invokeai",
}


class StableDiffusionModelHijack:
    def __init__(self) -> None:
        self.optimization_method: str | None = None
        self.comments: list[str] = []
        self.extra_generation_params: dict[str, str] = {}

    def apply_optimizations(self, option: str) -> None:
        """`option`: the setting cross_attention_optimization, as "Doggettx" or "sdp - scaled dot product"."""
        self.optimization_method = {"Automatic": "sdp", "None": ""}.get(option, option.partition(" - ")[0])

    @property
    def kind(self) -> Attention:
        return _KINDS.get(self.optimization_method, "fused")


model_hijack = StableDiffusionModelHijack()
