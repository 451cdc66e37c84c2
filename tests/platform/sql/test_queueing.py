from __future__ import annotations

from threading import Thread

import pytest

from relasi.errors import PlatformUnavailable
from relasi.platform.sql.queueing import Queue


def waiting(queue: Queue) -> int:
    return len(queue._line)


def test_turns_are_given_in_the_order_in_which_they_were_asked_for() -> None:
    queue, order = Queue(), list[int]()

    def take(number: int) -> None:
        with queue.turn(10):
            order.append(number)

    threads = [Thread(target=take, args=(number,)) for number in range(8)]
    with queue.turn(0):
        for place, thread in enumerate(threads, start=2):
            thread.start()
            while waiting(queue) < place:
                pass
    for thread in threads:
        thread.join()
    assert order == list(range(8))


def test_who_waits_too_long_leaves_the_line() -> None:
    queue, refused = Queue(), list[str]()

    def take() -> None:
        try:
            with queue.turn(0.01):
                pass
        except PlatformUnavailable as error:
            refused.append(error.code)

    with queue.turn(0):
        thread = Thread(target=take)
        thread.start()
        thread.join()
    assert refused == ["unavailable"]
    with queue.turn(0):
        pass


def test_a_turn_that_raises_is_over() -> None:
    queue = Queue()
    with pytest.raises(ZeroDivisionError), queue.turn(0):
        raise ZeroDivisionError
    with queue.turn(0):
        pass


def test_a_thread_cannot_take_a_second_turn_inside_its_first() -> None:
    queue = Queue()
    with queue.turn(0), pytest.raises(RuntimeError), queue.turn(0):
        pass
