"""Rows of any table: one by its id, or a page of the newest."""

import time

from apis import APIResourceNotFoundError, Page, get_page_index
from config import configs

GONE = 'It does not exist, or has been deleted.'
FAR = 1000  # rows; to skip more, the database reads only the index

_counts = {}  # model: its number of rows, and when that has to be counted again


async def newest(model, index, where=None, args=()):
    """Return page number `index`, a text, of the newest rows: the Page and the rows."""
    page = Page(await _count(model, where, args), get_page_index(index))
    order, limit = 'created_at desc', (page.offset, page.limit)
    if page.offset < FAR:
        rows = await model.findAll(where, args, orderBy=order, limit=limit)
        if page.has_previous and not rows and _counts.pop(model, None):
            return await newest(model, index)  # there are fewer pages than there were
        return page, rows
    ids = f'select id from `{model.__table__}` where {where or "true"} order by {order} limit ?, ?'
    # MySQL takes a `limit` in there only one level deeper.
    where = f'id in (select id from ({ids}) ids)'
    return page, await model.findAll(where, [*args, *limit], orderBy=order)


async def find(model, id):
    """Return the row with this id; APIResourceNotFoundError if there is none."""
    row = await model.find(id)
    if not row:
        raise APIResourceNotFoundError(model.__name__, GONE)
    return row


async def _count(model, where, args):
    """Return the number of rows; that of a whole table may be `count_max_age` seconds old.

    For it, both databases count row by row, and a million takes them as long as fifty pages.
    """
    if where or not configs.count_max_age:
        return await model.findNumber('count(id)', where, args)
    number, expires = _counts.get(model, (None, 0))
    now = time.monotonic()
    if now >= expires:
        if model in _counts:  # whoever asks meanwhile takes the old one
            _counts[model] = number, now + configs.count_max_age
        number = await model.findNumber('count(id)')
        _counts[model] = number, now + configs.count_max_age
    return number
