"""The WebUI's own memory monitor: present and switched off."""


class MemUsageMonitor:
    disabled = True

    def monitor(self) -> None:
        """Nothing to watch."""

    def stop(self) -> dict[str, int]:
        return {}
