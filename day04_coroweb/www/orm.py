"""An object-relational mapper: a table is a class, a row is an object.

    class User(Model):
        id = IntegerField(primary_key=True)
        name = StringField(ddl='varchar(50)')
    await User(id=1, name='Ada').save()
    users = await User.findAll('name=?', ['Ada'], orderBy='id desc', limit=10)

`where`, `orderBy` and `selectField` are SQL: what a visitor sent has no place there, but in `args`.
"""

import logging
import re
from numbers import Real

from drivers import connect

_pool = None


async def create_pool(url):
    """Connect to the database that `url` names; a ConnectionError says why that failed."""
    global _pool
    logging.info('create database connection pool...')
    _pool = await connect(url)


async def close_pool():
    """Close what `create_pool` opened, if anything."""
    global _pool
    if _pool:
        await _pool.close()
    _pool = None


async def select(sql, args=(), size=None):
    """Run a query; return its first `size` rows, or all of them, as a list of dicts."""
    logging.info('SQL: %s', sql)
    rows = (await _run(sql, args))[0][:size]
    logging.info('rows returned: %s', len(rows))
    return rows


async def execute(sql, args=()):
    """Run an insert, update or delete; return the number of rows that it matched."""
    logging.info('SQL: %s', sql)
    return (await _run(sql, args))[1]


async def create_table(model):
    """Create the model's table with its indexes, unless it is there already."""
    await _run(model.__create__ + getattr(_pool, 'table_options', ''))


async def _run(sql, args=()):
    if not _pool:
        raise RuntimeError('no database connection: call "await create_pool(...)" first')
    for value in args:
        if not isinstance(value, str | Real | None):
            raise TypeError(f'cannot send a {type(value).__name__} to the database: {sql}')
    if sql.count('?') != len(args):
        raise TypeError(f'{sql.count("?")} "?" but {len(args)} values: {sql}')
    return await _pool.run(sql, args)


class Field:
    """A column: its SQL type `ddl`, and the value (or the function that makes it) in a new row."""

    ddl, takes, default, limit = None, object, None, None

    def __init__(self, *, primary_key=False, default=None, ddl=None):
        self.primary_key = primary_key
        self.default = self.default if default is None else default
        self.ddl = ddl or self.ddl
        length = re.search(r'varchar\((\d+)\)', self.ddl)
        self.limit = int(length[1]) if length else self.limit

    def check(self, name, value):
        """Refuse what the column is not for: MySQL would, but SQLite stores it all the same."""
        if not isinstance(value, self.takes | None):
            raise TypeError(f'{name} takes {self.takes.__name__}, got {type(value).__name__}')
        if self.limit and len(value or '') > self.limit:
            raise ValueError(f'{name} takes at most {self.limit} characters, got {len(value)}')


class StringField(Field):
    ddl, takes = 'varchar(100)', str


class BooleanField(Field):
    ddl, takes, default = 'boolean', int, False  # both databases give back 0 or 1


class IntegerField(Field):
    ddl, takes, default = 'bigint', int, 0


class FloatField(Field):
    ddl, takes, default = 'real', Real, 0.0


class TextField(Field):
    ddl, takes, limit = 'mediumtext', str, 1_000_000


class ModelMetaclass(type):
    """Takes the fields out of a class body and puts in the SQL of their table."""

    def __new__(cls, name, bases, attrs):
        if bases == (dict,):  # Model itself has no table
            return super().__new__(cls, name, bases, attrs)
        table = attrs.setdefault('__table__', name)
        logging.info('found model: %s (table: %s)', name, table)
        fields = {key: attrs.pop(key) for key in list(attrs) if isinstance(attrs[key], Field)}
        keys = [column for column, field in fields.items() if field.primary_key]
        if len(keys) != 1:
            raise TypeError(f'{name} needs exactly one primary_key field, found {keys}')
        key, others = keys[0], [column for column in fields if column not in keys]
        columns, marks = ', '.join(f'`{c}`' for c in fields), ', '.join('?' for _ in fields)
        changes = ', '.join(f'`{c}`=?' for c in others)
        parts = [f'`{c}` {f.ddl}{" not null" * f.primary_key}' for c, f in fields.items()]
        parts += [f'primary key (`{key}`)']
        # Both databases know `unique` here; with the key at its end it is an index like any other.
        parts += [f'unique ({index}, `{key}`)' for index in attrs.get('__indexes__', ())]
        parts += attrs.get('__constraints__', ())
        attrs['__mappings__'], attrs['__primary_key__'], attrs['__fields__'] = fields, key, others
        attrs['__select__'] = f'select {columns} from `{table}`'
        attrs['__insert__'] = f'insert into `{table}` ({columns}) values ({marks})'
        attrs['__update__'] = f'update `{table}` set {changes} where `{key}`=?'
        attrs['__delete__'] = f'delete from `{table}` where `{key}`=?'
        attrs['__create__'] = f'create table if not exists `{table}` ({", ".join(parts)})'
        return super().__new__(cls, name, bases, attrs)


class Model(dict, metaclass=ModelMetaclass):
    """A row: a dict whose keys, the columns, are attributes too."""

    def __init__(self, **values):
        if unknown := values.keys() - self.__mappings__.keys():
            raise TypeError(f'{type(self).__name__} has no field {min(unknown)}')
        super().__init__(values)
        for name in [name for name in self.__mappings__ if name not in values]:
            default = self.__mappings__[name].default
            self[name] = default() if callable(default) else default

    def __getattr__(self, name):
        if name not in self:
            raise AttributeError(f'{type(self).__name__!r} object has no attribute {name!r}')
        return self[name]

    __setattr__ = dict.__setitem__

    @classmethod
    async def findAll(cls, where=None, args=(), *, orderBy=None, limit=None):
        """Return the rows as objects; `limit` is a number or `(offset, number)`."""
        sql, args = cls.__select__, list(args)
        if where:
            sql += f' where {where}'
        if orderBy:
            sql += f' order by {orderBy}'
        if limit is not None:
            sql += ' limit ?, ?'
            args += (0, limit) if isinstance(limit, int) else limit
            if not all(isinstance(number, int) and number >= 0 for number in args[-2:]):
                raise TypeError(f'limit takes a number or (offset, number), got {limit!r}')
        return [cls(**row) for row in await select(sql, args)]

    @classmethod
    async def findNumber(cls, selectField, where=None, args=()):
        """Return one value, such as `count(id)`; None if there is none."""
        sql = f'select {selectField} `_num_` from `{cls.__table__}`'
        rows = await select(sql + (f' where {where}' if where else ''), args, 1)
        logging.info('findNumber rs: %s', rows)
        return rows[0]['_num_'] if rows else None

    @classmethod
    async def find(cls, pk):
        """Return the object with this primary key, or None."""
        key = cls.__primary_key__
        if not isinstance(pk, cls.__mappings__[key].takes):
            return None
        rows = await cls.findAll(f'`{key}`=?', [pk])
        return next((row for row in rows if row[key] == pk), None)  # to MySQL, 'a' equals 'a '

    async def save(self):
        """Insert the row; IntegrityError if its key or a unique value is there already."""
        return await self._write(self.__insert__, self.__mappings__)

    async def update(self):
        """Write all columns of the row with this key; return how many such rows there are."""
        return await self._write(self.__update__, [*self.__fields__, self.__primary_key__])

    async def remove(self):
        """Delete the row with this key; return how many such rows there were."""
        return await self._write(self.__delete__, [self.__primary_key__])

    async def _write(self, sql, columns):
        for name in columns:
            self.__mappings__[name].check(f'{type(self).__name__}.{name}', self[name])
        return await execute(sql, [self[name] for name in columns])
