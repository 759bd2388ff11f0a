"""Messages between the WebUI, its pages and the sidecar."""
