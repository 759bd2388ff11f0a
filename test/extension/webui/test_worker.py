"""Requests of the sidecar, one after the other."""

from __future__ import annotations

import queue
import threading
import weakref

from headroom.webui.worker import Worker

LIMIT_S = 10


class Handle:
    """What PyTorch keeps for a thread that computes."""


def test_what_a_run_leaves_in_its_thread_is_handed_on_before_the_next():
    local = threading.local()
    left: list[weakref.ref[Handle]] = []
    ended: queue.Queue[list[bool]] = queue.Queue()

    def run(_request: object) -> None:
        before = [reference() is None for reference in left]
        if not hasattr(local, "handle"):
            local.handle = Handle()
        left.append(weakref.ref(local.handle))
        ended.put(before)

    worker = Worker(run)
    worker.start()
    try:
        for request in range(3):
            worker.add(request)
        assert [ended.get(timeout=LIMIT_S) for _ in range(3)] == [[], [True], [True, True]]
    finally:
        worker.stop()
    assert [reference() is None for reference in left] == [True, True, True]


def test_requests_run_one_at_a_time_in_their_order():
    running = threading.Lock()
    done: queue.Queue[tuple[int, bool]] = queue.Queue()

    def run(request: int) -> None:
        alone = running.acquire(blocking=False)
        done.put((request, alone))
        if alone:
            running.release()

    worker = Worker(run)
    worker.start()
    try:
        for request in range(5):
            worker.add(request)
        assert [done.get(timeout=LIMIT_S) for _ in range(5)] == [(request, True) for request in range(5)]
    finally:
        worker.stop()


def test_a_run_in_hand_is_waited_for_and_what_waits_is_forgotten():
    begun, may_end = threading.Event(), threading.Event()
    ended: list[int] = []

    def run(request: int) -> None:
        begun.set()
        may_end.wait(LIMIT_S)
        ended.append(request)

    worker = Worker(run)
    worker.start()
    worker.add(1)
    worker.add(2)
    assert begun.wait(LIMIT_S)
    threading.Timer(0.05, may_end.set).start()
    worker.stop()
    assert ended == [1]
