"""Rate limiting: whoever tries too often has to wait. Every process counts for itself."""

import math
import time
from collections import OrderedDict, deque

from apis import APIError


class TooManyRequestsError(APIError):
    """429: try again in so many seconds (RFC 6585, section 4)."""

    status_code = 429

    def __init__(self, seconds):
        wait = math.ceil(seconds)
        sentence = f'Too many attempts. Try again in {wait} seconds.'
        super().__init__('request:throttled', 'request', sentence)
        self.headers['Retry-After'] = str(wait)


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
