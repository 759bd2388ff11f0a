"""The WebUI's own objects as plain facts, and one generation in it."""
