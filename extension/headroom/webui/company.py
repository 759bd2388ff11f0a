"""What else takes part in a person's generation. Names, counts and lengths only: no prompt text, no values."""

from __future__ import annotations

from functools import partial
from pathlib import PurePath
from typing import Any

from ..wire.messages import Company, Handed, Script
from .a1111 import Webui
from .facts import TEXT_LIMIT

MAX_SCRIPTS = 100
MAX_HANDED = 20
SWITCHES = ("enabled", "enable")
_MISSING = object()


def company_of(webui: Webui, p: Any, lengths: list[int] | None) -> Company:
    runner, args = getattr(p, "scripts", None), getattr(p, "script_args", None)
    args = args if isinstance(args, (list, tuple)) else []
    always = getattr(runner, "alwayson_scripts", None) or []
    # The first argument is the choice in the Script dropdown.
    selectable = getattr(runner, "selectable_scripts", None) or []
    chosen = args[0] if args and isinstance(args[0], int) else 0
    return {
        "scripts": [_script(script, args) for script in always[:MAX_SCRIPTS]],
        "chosenScript": _title(selectable[chosen - 1]) if 0 < chosen <= len(selectable) else None,
        "networks": _networks_of(webui, p),
        "lengths": lengths,
    }


def _script(script: Any, args: list[Any] | tuple[Any, ...]) -> Script:
    own = args[getattr(script, "args_from", 0) or 0 : getattr(script, "args_to", 0) or 0]
    handed = [_handed(value) for value in own]
    return {
        "title": _title(script),
        "file": _file(script)[-TEXT_LIMIT:],
        "handed": [one for at, one in enumerate(handed) if at == 0 or one["on"] is not None][:MAX_HANDED],
    }


def _handed(value: Any) -> Handed:
    """What else a control says is the person's."""
    read = value.get if isinstance(value, dict) else partial(getattr, value)
    said = [one for one in (read(name, _MISSING) for name in SWITCHES) if one is not _MISSING]
    shown = str(value) if isinstance(value, bool) else f"<{type(value).__name__}>"
    return {"value": shown[:TEXT_LIMIT], "on": any(one is True for one in said) if said else None}


def _title(script: Any) -> str:
    try:
        return str(script.title())[:TEXT_LIMIT]
    except Exception:  # noqa: BLE001  another extension's code
        return PurePath(_file(script)).stem[:TEXT_LIMIT]


def _file(script: Any) -> str:
    return str(getattr(script, "filename", "unknown"))


def _networks_of(webui: Webui, p: Any) -> dict[str, int]:
    """How many the prompt names, by kind (lora, hypernet ...); before the WebUI has parsed it by the WebUI's parser."""
    known = getattr(p, "extra_network_data", None)
    parse = getattr(webui.module("extra_networks"), "parse_prompts", None)
    if known is None and parse is not None:
        known = parse(p.all_prompts)[1]
    return {str(kind)[:100]: len(named) for kind, named in known.items()} if isinstance(known, dict) else {}


def lengths_of_conditioning(cond: Any, uncond: Any) -> list[int] | None:
    """Of a multi-cond (`batch`) and a list of schedules, which `process_before_every_sampling` is given."""
    try:
        lengths = {_tokens(schedule.cond) for part in cond.batch[0] for schedule in part.schedules}
        lengths |= {_tokens(schedule.cond) for schedule in uncond[0]}
    except (AttributeError, IndexError, KeyError, TypeError):
        return None
    return sorted(lengths)


def _tokens(cond: Any) -> int:
    """SDXL's conditioning is a dictionary."""
    tensor = cond["crossattn"] if isinstance(cond, dict) else cond
    return int(tensor.shape[0])


def lengths_of_prompts(webui: Webui, p: Any) -> list[int] | None:
    """Before there is any conditioning: what the WebUI's token counter says each is filled up to."""
    hijack: Any = getattr(webui.module("sd_hijack"), "model_hijack", None)
    try:
        texts = (p.all_prompts[0], p.all_negative_prompts[0])
        return [hijack.get_prompt_lengths(text)[1] for text in texts]
    except (AttributeError, IndexError, TypeError):
        return None
