"""The throttle: who has to wait and for how long, and whom a request is counted for."""

import json
import tracemalloc
from itertools import count

import pytest

from throttle import Throttle, TooManyRequestsError


class Clock:
    """A clock that goes when it is told to."""

    now = 1000

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def attempts(throttle, key, number):
    """Try so many times; return how many of the attempts are allowed."""
    for allowed in range(number):
        try:
            throttle.check(key)
        except TooManyRequestsError:
            return allowed
    return number


# Who has to wait


def test_after_the_limit_the_next_attempt_is_refused(clock):
    throttle = Throttle(3, 60, clock=clock)
    assert attempts(throttle, 'ada', 10) == 3


def test_a_refusal_is_a_429_that_says_how_many_seconds_to_wait(clock):
    throttle = Throttle(2, 60, clock=clock)
    attempts(throttle, 'ada', 2)
    clock.now += 12.3
    with pytest.raises(TooManyRequestsError) as refusal:
        throttle.check('ada')
    assert refusal.value.status == 429
    assert refusal.value.headers['Retry-After'] == '48'
    assert json.loads(refusal.value.text)['error'] == 'request:throttled'


def test_the_window_slides(clock):
    throttle = Throttle(2, 60, clock=clock)
    throttle.check('ada')
    clock.now += 40
    throttle.check('ada')
    clock.now += 20
    assert attempts(throttle, 'ada', 5) == 1
    clock.now += 39
    assert attempts(throttle, 'ada', 5) == 0
    clock.now += 1
    assert attempts(throttle, 'ada', 5) == 1


def test_whoever_waits_as_long_as_told_is_let_in_however_often_they_knocked(clock):
    throttle = Throttle(3, 60, clock=clock)
    attempts(throttle, 'ada', 3)
    for _ in range(100):
        with pytest.raises(TooManyRequestsError) as refusal:
            throttle.check('ada')
    clock.now += int(refusal.value.headers['Retry-After'])
    assert attempts(throttle, 'ada', 1) == 1


def test_after_forgetting_the_count_begins_anew(clock):
    throttle = Throttle(3, 60, clock=clock)
    attempts(throttle, 'ada', 10)
    throttle.forget('ada')
    throttle.forget('somebody who never tried')
    assert attempts(throttle, 'ada', 10) == 3


def test_the_owner_at_another_address_is_not_kept_waiting(clock):
    throttle = Throttle(3, 60, clock=clock)
    assert attempts(throttle, ('203.0.113.7', 'ada@example.com'), 10) == 3
    assert attempts(throttle, ('198.51.100.1', 'ada@example.com'), 10) == 3
    assert attempts(throttle, ('203.0.113.7', 'eve@example.com'), 10) == 3


def test_two_throttles_count_separately(clock):
    first, second = Throttle(3, 60, clock=clock), Throttle(5, 60, clock=clock)
    assert attempts(first, 'ada', 10) == 3
    assert attempts(second, 'ada', 10) == 5


def test_without_a_clock_of_its_own_time_is_real():
    assert attempts(Throttle(3, 3600), 'ada', 10) == 3
    assert attempts(Throttle(3, 0), 'ada', 10) == 10


# Memory


@pytest.mark.slow
def test_a_hundred_thousand_long_keys_need_little_memory():
    throttle = Throttle(10, 60)
    tracemalloc.start()
    for number in range(100_000):
        throttle.check(('203.0.113.7', f'{number:01000}'))
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 20_000_000


def test_a_key_that_is_used_is_not_pushed_out_by_others(clock):
    throttle = Throttle(3, 60, max_keys=10, clock=clock)
    others = count()
    for _ in range(3):
        throttle.check('eve')
        for _ in range(9):
            throttle.check(next(others))
    assert attempts(throttle, 'eve', 1) == 0
    assert attempts(throttle, next(others), 10) == 3
