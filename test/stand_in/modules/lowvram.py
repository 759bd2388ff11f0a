from typing import Any

from modules.shared_cmd_options import cmd_opts


def is_needed(sd_model: Any) -> bool:
    """--medvram: only the network at work lies on the card. --lowvram, which splits the UNet, is not simulated."""
    return bool(cmd_opts.medvram or (cmd_opts.medvram_sdxl and sd_model.is_sdxl))


def send_everything_to_cpu() -> None:
    """The network that computed last stays on the card until another one is needed, or this is called."""
    from modules import shared

    shared.sd_model.weights.send_away()


def is_enabled(sd_model: Any) -> bool:
    return bool(sd_model.lowvram)
