"""What of torch's memory are weights: what is allocated when idle, less what a failed generation left behind."""

from __future__ import annotations

# Conditioning caches and the like come and go; weights do not.
STEP_MIB = 16.0


class WeightsWatch:
    """The least that was allocated at an idle moment since the checkpoint was loaded.

    After an error through the API the WebUI keeps the failed run's tensors (exception, frames, tasks) until Python's
    garbage collector comes by, so a rise without a load says nothing of weights; one that outlives our own collection
    does. Where networks are moved on and off the card (--medvram), the last one may stay after an error, whatever is
    collected.
    """

    def __init__(self) -> None:
        self._loaded: object = None
        self._least_mib: float | None = None

    @property
    def mib(self) -> float | None:
        return self._least_mib

    def see(self, allocated_mib: float, loaded: object, *, collected: bool = False, moves: bool = False) -> None:
        """At an idle moment. `loaded` differs after each load; `collected`: right after Python's garbage was, by us."""
        before_mib = self._least_mib
        is_new = before_mib is None or loaded != self._loaded
        self._loaded = loaded
        rise_mib = 0.0 if before_mib is None else allocated_mib - before_mib
        stays = collected and not moves
        if is_new or rise_mib < -STEP_MIB or (stays and rise_mib > STEP_MIB):
            self._least_mib = allocated_mib
