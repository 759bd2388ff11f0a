from typing import Any

from modules.shared_cmd_options import cmd_opts


def is_needed(sd_model: Any) -> bool:
    return bool(cmd_opts.lowvram or cmd_opts.medvram or (cmd_opts.medvram_sdxl and sd_model.is_sdxl))


def is_enabled(sd_model: Any) -> bool:
    return bool(sd_model.lowvram)
