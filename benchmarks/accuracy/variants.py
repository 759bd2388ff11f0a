"""Tables of the form of benchmarks/data/vram-trace for other set-ups: other precisions, attention and batching.

    python benchmarks/accuracy/variants.py --out DIR [--only sd15-fp32-unfused-split ...]
    python benchmarks/accuracy/variants.py --list

Each row is one generation of the simulated card's networks on its model of PyTorch's caching allocator
(test/simulated_card). `need_mib` (the least device) and `cap_need_mib` (the least cap on a large one: the same but
where attention slices to fit) are found by repeating it. The settings are some of those of the traced tables, among
them the squares that a benchmark asks for. A table that is there is left as it is; one takes half a minute to eight.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from dataclasses import asdict
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test"))

from simulated_card.allocator import MIB, Refused  # noqa: E402
from simulated_card.phases import SD15, SDXL  # noqa: E402
from simulated_card.replay import Variant, memory_of  # noqa: E402
from simulated_card.tensors import FLOAT, HALF  # noqa: E402

SETTINGS = ROOT / "benchmarks" / "data" / "vram-trace" / "sd15.csv"
PRECISIONS = {"fp16": (HALF, HALF), "fp32": (FLOAT, FLOAT), "fp32vae": (HALF, FLOAT)}
CONTEXT_MIB = 450
# Where attention slices to fit, the device counts: the one that the benchmark runs on (CARD_MIB in run.ts).
CARD_MIB = 24 * 1024
# A benchmark asks for squares up to this size and for hires fix from half of them; of all other settings every
# so-manieth is taken.
BENCHMARK_MOST_PX = 1024
OTHERS_EVERY = 12


def variants() -> dict[str, Variant]:
    """By name: model, precision, attention, and `split` where the two prompts go through the UNet one after the
    other.
    """
    named = {}
    for model, (precision, elements), attention, batched in product(
        (SD15, SDXL), PRECISIONS.items(), ("fused", "unfused", "sub-quadratic"), (True, False)
    ):
        parts = [model.name, precision, attention] + ([] if batched else ["split"])
        named["-".join(parts)] = Variant(model, attention, *elements, batched)
    for model in (SD15, SDXL):
        named[f"{model.name}-fp16-doggettx"] = Variant(model, "doggettx")
    return named


def static_mib(variant: Variant) -> float:
    """Weights and a typical context."""
    weights = variant.model.weights_mib
    return (
        (weights["unet"] + weights["text"]) * variant.unet_element + weights["vae"] * variant.vae_element
    ) / HALF + CONTEXT_MIB


def settings() -> list[dict[str, str]]:
    with SETTINGS.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    asked = [row for row in rows if is_asked(row)]
    others = [row for row in rows if not is_asked(row)]
    return asked + others[::OTHERS_EVERY]


def is_asked(row: dict[str, str]) -> bool:
    width, height, target = int(row["width"]), int(row["height"]), int(row["hr_width"])
    if width != height or max(width, target) > BENCHMARK_MOST_PX:
        return False
    return row["op"] != "hires" or (target == 2 * width and row["hr_height"] == row["hr_width"])


def write(path: Path, variant: Variant, rows: list[dict[str, str]]) -> None:
    """Written beside and moved, so that what is there is whole."""
    fresh = path.with_suffix(".part")
    room = round((CARD_MIB - static_mib(variant)) * MIB)
    with fresh.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [*rows[0].keys(), "cap_need_mib"])
        writer.writeheader()
        for row in rows:
            try:
                memory = memory_of(variant, row, room) if variant.attention == "doggettx" else memory_of(variant, row)
            except Refused:
                continue
            figures = {name: f"{value:.1f}" for name, value in asdict(memory).items()}
            writer.writerow({**row, **figures})
    fresh.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--out", type=Path, metavar="DIR", help="write the tables there")
    what.add_argument("--list", action="store_true", help="what there is, as JSON")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these variants alone")
    arguments = parser.parse_args()
    known = variants()
    if arguments.list:
        print(
            json.dumps(
                [
                    {"name": name, "staticMiB": static_mib(one), "attention": one.attention}
                    for name, one in known.items()
                ]
            )
        )
        return
    chosen = arguments.only or list(known)
    unknown = [name for name in chosen if name not in known]
    if unknown:
        parser.error(f"no such variant: {', '.join(unknown)}; there are {', '.join(known)}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    rows = settings()
    for name in chosen:
        path = arguments.out / f"{name}.csv"
        if not path.exists():
            write(path, known[name], rows)
        print(name, flush=True)


if __name__ == "__main__":
    main()
