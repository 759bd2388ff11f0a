"""What makes a person's generation unlike a benchmark run. Names only: no prompt text, no values."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

MAX_EXTRAS = 50
TEXT_LIMIT = 300
# The WebUI's own always-visible scripts (refiner, seed, sampler ...), which are told apart by p's fields below.
OWN_SCRIPTS = "processing_scripts"
OURS = "headroom.py"


def extras_of(p: Any, networks: Any) -> list[str]:
    """Sorted, without repeats. `networks` maps a kind (lora, hypernet ...) to the networks that the prompt names."""
    found = set(_active_scripts(p))
    if isinstance(networks, dict):
        found |= {f"{kind}: {len(named)}" for kind, named in networks.items() if named}
    if getattr(p, "refiner_checkpoint_info", None) is not None:
        found.add("refiner")
    if getattr(p, "tiling", False):
        found.add("tiling")
    if getattr(p, "restore_faces", False):
        found.add("face restoration")
    if getattr(p, "image_mask", None) is not None or getattr(p, "mask", None) is not None:
        found.add("inpaint")
    if getattr(p, "hr_checkpoint_info", None) is not None:
        found.add("hires checkpoint")
    if getattr(p, "firstpass_image", None) is not None:
        found.add("hires from an image")
    if len(getattr(p, "init_images", None) or []) > 1:
        found.add("several images")
    return sorted(entry[:TEXT_LIMIT] for entry in found)[:MAX_EXTRAS]


def _active_scripts(p: Any) -> list[str]:
    runner = getattr(p, "scripts", None)
    args = getattr(p, "script_args", None)
    if runner is None or not isinstance(args, (list, tuple)):
        return []
    active = [
        _name(script) for script in getattr(runner, "alwayson_scripts", None) or [] if _is_switched_on(script, args)
    ]
    # The first argument is the choice in the Script dropdown.
    selectable = getattr(runner, "selectable_scripts", None) or []
    chosen = args[0] if args else None
    if isinstance(chosen, int) and 0 < chosen <= len(selectable):
        active.append(_name(selectable[chosen - 1]))
    return active


def _is_switched_on(script: Any, args: list[Any] | tuple[Any, ...]) -> bool:
    """By custom the first control is the switch; ControlNet hands over units that carry their own."""
    path = PurePath(str(getattr(script, "filename", "")))
    if OWN_SCRIPTS in path.parts or path.name == OURS:
        return False
    own = args[getattr(script, "args_from", 0) or 0 : getattr(script, "args_to", 0) or 0]
    if len(own) > 0 and own[0] is True:
        return True
    return any(getattr(value, "enabled", False) is True for value in own)


def _name(script: Any) -> str:
    try:
        return f"script {script.title()}"
    except Exception:  # noqa: BLE001  another extension's code
        return f"script {PurePath(str(getattr(script, 'filename', 'unknown'))).stem}"
