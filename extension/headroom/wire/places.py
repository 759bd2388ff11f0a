"""Which pages may be open together: a flood of one visitor shuts out neither the others nor who is in already.

- A visitor has MAX_PAGES_OF_ONE places, all together MAX_PAGES. Those of this machine are kept for it.
- A page that is in use keeps its place, whoever else comes. Where none is free, the oldest page that is not in use
  makes room: one of the newcomer's own where he has reached his limit, else one of whoever has the most.
- The place of a page that was in use and went is held for the same browser: a reload gets its own place back.

Decided here and not in the sidecar: each page takes memory and a thread of events of the WebUI's own server, also while
there is no sidecar.
"""

from __future__ import annotations

import ipaddress
import time
from collections import Counter
from collections.abc import Callable
from typing import Protocol

MAX_PAGES = 512
MAX_PAGES_OF_ONE = 64
# A reload asks anew once the WebUI's page is there, which takes seconds.
HELD_S = 30.0
THIS_MACHINE = "this machine"


class Guest(Protocol):
    """A page as far as its place is concerned. `browser`: what a reload of it has in common with it."""

    @property
    def visitor(self) -> str: ...
    @property
    def browser(self) -> str: ...
    @property
    def in_use(self) -> bool: ...
    @property
    def ending(self) -> bool: ...
    def end(self) -> None: ...


class Places:
    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._guests: list[Guest] = []
        # Visitor, browser, until when.
        self._held: list[tuple[str, str, float]] = []

    def take(self, newcomer: Guest) -> bool:
        """False where there is no place. The oldest come first in `_guests`."""
        self._held = [held for held in self._held if held[2] > self._now_s()]
        own = next((held for held in self._held if held[:2] == (newcomer.visitor, newcomer.browser)), None)
        if own is not None:
            self._held.remove(own)
        elif not self._has_room(newcomer.visitor) and not self._make_room(newcomer.visitor):
            return False
        self._guests.append(newcomer)
        return True

    def leave(self, guest: Guest, *, held: bool) -> None:
        """`held`: it went by itself, so it may come back."""
        self._guests.remove(guest)
        if held and guest.in_use and not guest.ending:
            self._held.append((guest.visitor, guest.browser, self._now_s() + HELD_S))

    def _counts(self) -> Counter[str]:
        counts = Counter(guest.visitor for guest in self._guests if not guest.ending)
        counts.update(visitor for visitor, _, _ in self._held)
        return counts

    def _has_room(self, visitor: str) -> bool:
        counts = self._counts()
        if counts[visitor] >= MAX_PAGES_OF_ONE:
            return False
        others = sum(counts.values()) - counts[THIS_MACHINE]
        return visitor == THIS_MACHINE or others < MAX_PAGES - MAX_PAGES_OF_ONE

    def _make_room(self, visitor: str) -> bool:
        counts = self._counts()
        at_limit = counts[visitor] >= MAX_PAGES_OF_ONE
        unused = [
            guest
            for guest in self._guests
            if not guest.ending
            and not guest.in_use
            and (guest.visitor == visitor or not (at_limit or guest.visitor == THIS_MACHINE))
        ]
        if not unused:
            return False
        # The first of several: the oldest.
        max(unused, key=lambda guest: counts[guest.visitor]).end()
        return True


def visitor_at(address: str | None) -> str:
    """Who may be one person or one program is one visitor: all of this machine's own addresses (127/8), one address in
    its two forms, a network of IPv6, of which a household has at least one.
    """
    try:
        ip = ipaddress.ip_address((address or "").split("%")[0])
    except ValueError:
        return address or "unknown"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if ip.is_loopback:
        return THIS_MACHINE
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False))
