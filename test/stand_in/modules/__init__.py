"""The part of the WebUI's Python surface that extensions of our kind use. Own code, the WebUI's names."""
