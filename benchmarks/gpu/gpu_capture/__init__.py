"""The capture's side that needs PyTorch: networks, the WebUI's phases, and the host's end of the sidecar's protocol."""
