"""Guessing is slowed down: whoever tries too often has to wait. Every process counts for itself."""

import math
import re
import time
from collections import OrderedDict, deque
from functools import lru_cache
from ipaddress import IPv6Network, ip_address, ip_network

from apis import APIError


class TooManyRequestsError(APIError):
    """429: try again in so many seconds (RFC 6585, section 4)."""

    status_code = 429

    def __init__(self, seconds):
        super().__init__('request:throttled', 'request', 'Too many attempts. Wait a little.')
        self.headers['Retry-After'] = str(math.ceil(seconds))


class Throttle:
    """Allow `limit` attempts in any `seconds`: `Throttle(10, 60).check((address, email))`.

    It remembers the last `limit` attempts of the `max_keys` keys that were seen last.
    """

    def __init__(self, limit, seconds, *, max_keys=10_000, clock=time.monotonic):
        self.limit = limit
        self.seconds = seconds
        self.max_keys = max_keys
        self.clock = clock
        self.attempts = OrderedDict()

    def check(self, key):
        """Count an attempt; TooManyRequestsError if it is one too many, which does not count."""
        now = self.clock()
        times = self._times(hash(key))  # of one size, however long a key somebody sends
        if len(times) == self.limit and now < times[0] + self.seconds:
            raise TooManyRequestsError(times[0] + self.seconds - now)
        times.append(now)

    def forget(self, key):
        """Begin anew after a success, if nobody but the owner of the key can have one."""
        self.attempts.pop(hash(key), None)

    def _times(self, key):
        times = self.attempts.setdefault(key, deque(maxlen=self.limit))
        self.attempts.move_to_end(key)
        if len(self.attempts) > self.max_keys:
            self.attempts.popitem(last=False)
        return times


def is_trusted(address, trusted_proxies):
    """Tell whether this address, a text, is one of the proxies or in one of their networks."""
    parsed = _parse(address or '')
    return any(parsed in ip_network(proxy) for proxy in trusted_proxies) if parsed else False


def client_address(request, trusted_proxies):
    """Return the address that a request comes from, or the /64 network if it is IPv6.

    Anybody can send X-Forwarded-For, and a proxy adds the address of its peer at the end. So it is
    read from there, and only as long as it was one of `trusted_proxies` who wrote.
    """
    forwarded = re.findall(r'[^,\s]+', ','.join(request.headers.getall('X-Forwarded-For', [])))
    client = ''
    for text in [request.remote or '', *reversed(forwarded)]:
        if not (address := _parse(text)):
            break
        client = _subscriber(address)
        if not is_trusted(text, trusted_proxies):
            break
    return client


@lru_cache(1000)  # one visitor asks often, and this is slow
def _parse(text):
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, 'ipv4_mapped', None) or address


def _subscriber(address):
    if address.version == 4:
        return str(address)
    return str(IPv6Network((int(address), 64), strict=False))  # all of it is one customer's
