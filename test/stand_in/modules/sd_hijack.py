"""Which attention is in force. HEADROOM_SIM_ATTENTION=unfused makes the simulated network hold its N x N matrices."""

import os


class StableDiffusionModelHijack:
    def __init__(self) -> None:
        self.optimization_method = "" if os.environ.get("HEADROOM_SIM_ATTENTION") == "unfused" else "sdp"
        self.comments: list[str] = []
        self.extra_generation_params: dict[str, str] = {}

    @property
    def fused(self) -> bool:
        return self.optimization_method != ""


model_hijack = StableDiffusionModelHijack()
