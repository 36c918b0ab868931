"""What the JSON APIs have in common: pages of a long list, and errors that a program can read."""

import json

from aiohttp import web


class Page:
    """Where page `page_index`, counted from 1, of `item_count` items begins and ends.

    A page before the first is the first, one past the last is the last. `offset` and `limit` are
    the numbers for SQL.
    """

    def __init__(self, item_count, page_index=1, page_size=10):
        self.item_count = item_count
        self.page_size = page_size
        self.page_count = -(-item_count // page_size)  # rounded up
        self.page_index = max(1, min(page_index, self.page_count))
        self.offset = page_size * (self.page_index - 1)
        self.limit = page_size
        self.has_next = self.page_index < self.page_count
        self.has_previous = self.page_index > 1


def get_page_index(text):
    """Return the number that `?page=` asks for, or 1 if that is no number of up to seven digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 7 else 1


class APIError(web.HTTPException):
    """An HTTP error whose body is JSON: `{"error", "data", "message"}`."""

    status_code = 400

    def __init__(self, error, data='', message=''):
        self.explanation = {'error': error, 'data': data, 'message': message}
        super().__init__(text=json.dumps(self.explanation), content_type='application/json')


class APIValueError(APIError):
    """400: `field` has an impossible value."""

    def __init__(self, field, message=''):
        super().__init__('value:invalid', field, message)


class APIResourceNotFoundError(APIError):
    """404: there is no such `field`, for example no Blog with this id."""

    status_code = 404

    def __init__(self, field, message=''):
        super().__init__('value:notfound', field, message)


class APIPermissionError(APIError):
    """403: whoever asks may not do this."""

    status_code = 403

    def __init__(self, message=''):
        super().__init__('permission:forbidden', 'permission', message)
