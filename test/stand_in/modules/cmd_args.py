"""Command line. The first group is the WebUI's own; the second belongs to the stand-in."""

import argparse

parser = argparse.ArgumentParser(description="A stand-in for AUTOMATIC1111 WebUI with a simulated graphics card.")
parser.add_argument("--data-dir", default=None, help="where settings, outputs and the extensions' data go")
parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
parser.add_argument("--gradio-auth", default=None, help='"user:password", more of them after commas')
parser.add_argument("--subpath", default="", help="the WebUI is served under this path by a proxy that strips it")
parser.add_argument("--loglevel", default=None, help="what of the log is printed: DEBUG, INFO, WARNING ...")
parser.add_argument("--skip-install", action="store_true")
parser.add_argument("--skip-prepare-environment", action="store_true")
parser.add_argument("--no-prompt-history", action="store_true")
parser.add_argument("--medvram", action="store_true")
# Not simulated: always off.
parser.set_defaults(lowvram=False)
parser.add_argument("--medvram-sdxl", action="store_true")
parser.add_argument("--no-half", action="store_true")
parser.add_argument("--no-half-vae", action="store_true")
parser.add_argument("--use-cpu", nargs="+", default=[])
parser.add_argument("--api", action="store_true", help="serve /sdapi")
parser.add_argument("--api-auth", default=None, help='"user:password" that /sdapi asks for, more of them after commas')
parser.add_argument("--nowebui", action="store_true", help="the API alone, without a page")
parser.add_argument("--listen", action="store_true", help="accepted and ignored: the stand-in stays on 127.0.0.1")
parser.add_argument("--device-id", type=int, default=None)
parser.add_argument("--xformers", action="store_true")
parser.add_argument("--freeze-settings", action="store_true")
parser.add_argument("--freeze-settings-in-sections", default=None)
parser.add_argument("--freeze-specific-settings", default=None)

parser.add_argument("--extensions-dir", default=None, help="folder of extensions; default <data-dir>/extensions")
parser.add_argument("--card", type=int, default=8, help="size of the simulated card in GB (simulated_card/cards.json)")
parser.add_argument("--second-card", type=int, default=None, help="size of a second card, used with --device-id 1")
parser.add_argument("--cpu", action="store_true", help="no card: compute on the CPU")
parser.add_argument("--model", choices=["sd15", "sdxl"], default="sd15", help="checkpoint to start with")
parser.add_argument(
    "--checkpoint-name", default=None, help="file name of the checkpoint to start with, whatever it may hold"
)
parser.add_argument("--pace", type=float, default=1.0, help="how long a generation takes; 0 for no waiting at all")
parser.add_argument(
    "--laws",
    choices=["card", "traced"],
    default="card",
    help="what the card's libraries take beside the tensors (simulated_card/laws.py); traced: nothing",
)
parser.add_argument(
    "--workspace",
    choices=["none", "x", "x+y", "x+w+y"],
    default="x+y",
    help="of convolutions in 16 bits, with --laws card",
)
parser.add_argument("--old-torch", action="store_true", help="torch tells neither UUID nor bus id")
parser.add_argument("--webui-version", default="v1.10.1", help="what git would say of the WebUI")
parser.add_argument("--torch-version", default="2.1.2+cu121", help="what torch says of itself")
parser.add_argument("--sim-state", default=None, help="the simulated card's state file; default in the data folder")
