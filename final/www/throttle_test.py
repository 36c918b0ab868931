"""The throttle: who has to wait and for how long, and whom a request is counted for."""

import json
import tracemalloc
from itertools import count
from types import SimpleNamespace

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis.strategies import integers, ip_addresses, lists, sampled_from, text
from multidict import CIMultiDict

from throttle import Throttle, TooManyRequestsError, client_address


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


@given(steps=lists(integers(min_value=0, max_value=30)))
def test_in_no_window_are_more_attempts_than_the_limit_and_no_fewer_are_refused(steps):
    clock = Clock()
    throttle = Throttle(3, 60, clock=clock)
    allowed = []
    for step in steps:
        clock.now += step
        recent = [time for time in allowed if clock.now - time < 60]
        assert attempts(throttle, 'ada', 1) == (len(recent) < 3)
        allowed += [clock.now] * (len(recent) < 3)


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


# Whom a request is counted for


def address(remote, *forwarded, trusted=('10.0.0.0/8', '192.0.2.1', 'fd00::/8')):
    headers = CIMultiDict(('X-Forwarded-For', value) for value in forwarded)
    return client_address(SimpleNamespace(remote=remote, headers=headers), trusted)


def test_without_a_proxy_the_peer_counts():
    assert address('203.0.113.7') == '203.0.113.7'
    assert address('10.0.0.1', trusted=()) == '10.0.0.1'


@pytest.mark.parametrize('remote', ['203.0.113.7', '::ffff:203.0.113.7', '11.0.0.0', '192.0.2.2'])
def test_what_a_stranger_says_is_ignored(remote):
    assert address(remote, '198.51.100.1') == address(remote)


@pytest.mark.parametrize('remote', ['10.0.0.1', '10.255.255.255', '192.0.2.1', '::ffff:10.0.0.1',
                                    'fd12::1'])  # fmt: skip
def test_what_a_trusted_proxy_says_is_believed(remote):
    assert address(remote, '203.0.113.7') == '203.0.113.7'


@pytest.mark.parametrize(
    'forwarded',
    [
        ['198.51.100.1, 203.0.113.7'],
        ['198.51.100.1', '203.0.113.7'],
        ['198.51.100.1,203.0.113.7'],
        ['  198.51.100.1 ,\t203.0.113.7  '],
        ['198.51.100.1, 203.0.113.7, '],
        ['198.51.100.1, 203.0.113.7, 10.0.0.2, 192.0.2.1'],
        ['198.51.100.1, 203.0.113.7', '10.0.0.2'],
        ['10.0.0.9, 203.0.113.7'],
        ['<script>, 203.0.113.7'],
        [',,,', '203.0.113.7'],
        ['198.51.100.1, ::ffff:203.0.113.7, ::ffff:10.0.0.2'],
    ],
)
def test_the_last_address_that_is_no_proxy_counts_whatever_is_before(forwarded):
    assert address('10.0.0.1', *forwarded) == '203.0.113.7'


@pytest.mark.parametrize(
    'junk',
    ['unknown', '_hidden', '203.0.113', '203.0.113.7:80', '203.0.113.07', '203.0.113.0/24',
     '２０３.0.113.7', '0xcb007107', '3405803783', '[2001:db8::1]', 'é', '\udcff', '\0'],
)  # fmt: skip
def test_nothing_before_an_entry_that_is_no_address_is_believed(junk):
    assert address('10.0.0.1', junk) == '10.0.0.1'
    assert address('10.0.0.1', f'203.0.113.7, {junk}') == '10.0.0.1'
    assert address('10.0.0.1', f'203.0.113.7, {junk}, 10.0.0.2') == '10.0.0.2'


@pytest.mark.parametrize('empty', ['', ' ', ',', ', ,'])
def test_an_empty_header_says_nothing(empty):
    assert address('10.0.0.1', empty) == '10.0.0.1'


def test_if_all_are_proxies_the_farthest_counts():
    assert address('10.0.0.1', '10.0.0.3, 10.0.0.2') == '10.0.0.3'


def test_all_addresses_of_an_ipv6_network_are_one_client():
    assert address('2001:db8::1') == address('2001:db8::ffff:1:2:3') == '2001:db8::/64'
    assert address('2001:db8:0:1::1') == '2001:db8:0:1::/64'
    assert address('fd00::1', '2001:db8::1') == '2001:db8::/64'
    assert address('fe80::1%eth0') == 'fe80::/64'
    assert address('::1') == '::/64'


def test_one_proxy_of_an_ipv6_network_does_not_make_the_others_trusted():
    assert address('2001:db8::2', '203.0.113.7', trusted=['2001:db8::1']) == '2001:db8::/64'


@pytest.mark.parametrize('remote', ['', None])
def test_a_peer_without_an_address_has_none(remote):
    assert address(remote, '203.0.113.7') == ''


entries = text() | text(alphabet='0123456789abcdef.:/%[], ') | ip_addresses().map(str)


@given(remote=sampled_from(['10.0.0.1', 'fd00::1', '203.0.113.7']), forwarded=lists(entries))
def test_no_header_is_an_error(remote, forwarded):
    assert address(remote, *forwarded)
    assert address(remote, ', '.join(forwarded))


@given(client=ip_addresses(network='203.0.113.0/24').map(str), spoofed=lists(entries))
def test_nothing_that_clients_send_changes_for_whom_they_are_counted(client, spoofed):
    assert address('10.0.0.1', *spoofed, client) == client
    assert address('10.0.0.1', ', '.join([*spoofed, client])) == client


async def test_a_real_request_is_counted_for_its_peer_or_for_whom_the_proxy_names(aiohttp_client):
    async def handler(request):
        addresses = [client_address(request, trusted) for trusted in ((), {'127.0.0.1'})]
        return web.json_response(addresses)

    app = web.Application()
    app.router.add_get('/', handler)
    client = await aiohttp_client(app)
    answer = await client.get('/', headers={'X-Forwarded-For': '198.51.100.1, 203.0.113.7'})
    assert await answer.json() == ['127.0.0.1', '203.0.113.7']
