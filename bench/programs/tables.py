"""The tables as SQLAlchemy knows them, for the programs that use it."""

from sqlalchemy import Double, ForeignKey, String, Text, make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """What SQLAlchemy collects the tables in."""


class Blog(Base):
    __tablename__ = 'blogs'

    id: Mapped[str] = mapped_column(String(50), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(50))
    user_name: Mapped[str] = mapped_column(String(50))
    user_image: Mapped[str] = mapped_column(String(500))
    name: Mapped[str] = mapped_column(String(50))
    summary: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text)
    created_at: Mapped[float] = mapped_column(Double, index=True)


class Comment(Base):
    __tablename__ = 'comments'

    id: Mapped[str] = mapped_column(String(50), primary_key=True)
    blog_id: Mapped[str] = mapped_column(ForeignKey(Blog.id))
    user_id: Mapped[str] = mapped_column(String(50))
    user_name: Mapped[str] = mapped_column(String(50))
    user_image: Mapped[str] = mapped_column(String(500))
    content: Mapped[str] = mapped_column(Text)
    created_at: Mapped[float] = mapped_column(Double, index=True)


def with_drivers(url, mysql, sqlite):
    """Return a database URL that names the driver for its database."""
    url = make_url(url)
    if url.drivername == 'sqlite':
        return url.set(drivername=f'sqlite+{sqlite}')
    return url.set(drivername=f'mysql+{mysql}', query={'charset': 'utf8mb4'})
