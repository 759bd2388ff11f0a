from __future__ import annotations

from typing import Any, NamedTuple

from modules.sd_samplers_common import Sampler


class SamplerData(NamedTuple):
    name: str
    aliases: list[str]


all_samplers = [
    SamplerData("DPM++ 2M", ["k_dpmpp_2m"]),
    SamplerData("Euler a", ["k_euler_a"]),
    SamplerData("Euler", ["k_euler"]),
]
samplers = all_samplers
samplers_for_img2img = all_samplers
all_samplers_map = {sampler.name: sampler for sampler in all_samplers}


def find_sampler_config(name: str | None) -> SamplerData | None:
    return all_samplers_map.get(name) if name is not None else all_samplers[0]


def create_sampler(name: str | None, model: Any) -> Sampler:
    config = find_sampler_config(name)
    if config is None:
        raise RuntimeError(f"bad sampler name: {name}")
    return Sampler(config.name, model)


def visible_sampler_names() -> list[str]:
    return [sampler.name for sampler in all_samplers]
