"""The shim inside the WebUI: starts the sidecar, runs one generation on request, relays pages, and nothing else."""

__version__ = "0.1.0"
