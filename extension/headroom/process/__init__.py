"""Starts and watches the sidecar, and finds or fetches the Node.js that it runs on."""
