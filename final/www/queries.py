"""Rows of any table: one by its id, or a page of the newest."""

import time

from apis import APIResourceNotFoundError, Page, get_page_index
from config import configs
from orm import select

GONE = 'It does not exist, or has been deleted.'
NEWEST = 'created_at desc'
FAR = 1000  # rows; to skip as many, first only their ids are read: these are in the index

_counts = {}  # model: its number of rows, and when that has to be counted again


async def newest(model, index, where=None, args=(), without=None):
    """Return page number `index`, a text, of the newest rows: the Page and the rows.

    The column `without`, a long one that nobody will see, is not read in production; it is None.
    """
    page = Page(await _count(model, where, args), get_page_index(index))
    if page.offset >= FAR:
        rows = await _far(model, where, args, page)
    else:
        rows = await _near(model, where, args, page, without)
    if not rows and page.has_previous and _counts.pop(model, None):
        return await newest(model, index, where, args)  # there are fewer pages than there were
    return page, rows


async def _near(model, where, args, page, without):
    limit = (page.offset, page.limit)
    if configs.development or not without:  # then the log shows what findAll does
        return await model.findAll(where, args, orderBy=NEWEST, limit=limit)
    sql = model.__select__.replace(f'`{without}`', f'null `{without}`')
    sql += f' where {where or "true"} order by {NEWEST} limit ?, ?'
    return [model(**row) for row in await select(sql, [*args, *limit])]


async def _far(model, where, args, page):
    sql = f'select id from `{model.__table__}` where {where or "true"} order by {NEWEST} limit ?, ?'
    ids = [row['id'] for row in await select(sql, [*args, page.offset, page.limit])]
    marks = ', '.join('?' for _ in ids)
    return await model.findAll(f'id in ({marks})', ids, orderBy=NEWEST) if ids else []


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
