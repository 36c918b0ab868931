"""Rows of any table: one by its id, or a page of the newest."""

from apis import APIResourceNotFoundError, Page, get_page_index

GONE = 'It does not exist, or has been deleted.'


async def newest(model, index, where=None, args=()):
    """Return page number `index`, a text, of the newest rows: the Page and the rows."""
    page = Page(await model.findNumber('count(id)', where, args), get_page_index(index))
    rows = await model.findAll(
        where, args, orderBy='created_at desc', limit=(page.offset, page.limit)
    )
    return page, rows


async def find(model, id):
    """Return the row with this id; APIResourceNotFoundError if there is none."""
    row = await model.find(id)
    if not row:
        raise APIResourceNotFoundError(model.__name__, GONE)
    return row
