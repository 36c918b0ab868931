"""The blog in FastAPI with SQLAlchemy's asyncio, on aiomysql or aiosqlite, under uvicorn."""

import os
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel, ConfigDict, computed_field
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from bench.programs.pages import (
    Page,
    comment_html,
    iso,
    page_number,
    post_html,
    shared,
    templates,
)
from bench.programs.tables import Blog, Comment, with_drivers

engine = create_async_engine(with_drivers(os.environ['DATABASE_URL'], 'aiomysql', 'aiosqlite'))
sessions = async_sessionmaker(engine, expire_on_commit=False)
render = Jinja2Templates(env=templates).TemplateResponse
app = FastAPI()


async def get_session():
    async with sessions() as session:
        yield session


Session = Annotated[AsyncSession, Depends(get_session)]


class PageModel(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    item_count: int
    page_index: int
    page_size: int
    limit: int
    page_count: int
    offset: int
    has_next: bool
    has_previous: bool


class BlogModel(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    user_id: str
    user_name: str
    user_image: str
    name: str
    summary: str
    created_at: float

    @computed_field
    @property
    def created_at_iso(self) -> str:
        return iso(self.created_at)


class BlogsModel(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    page: PageModel
    blogs: list[BlogModel]


@app.get('/', response_class=HTMLResponse)
async def index(request: Request, session: Session, page: str = '1'):
    page, blogs = await newest(session, page, Blog)
    values = {'page': page, 'blogs': blogs}
    return render(request, 'blogs.html', values | shared('/'))


@app.get('/blog/{id}', response_class=HTMLResponse)
async def get_blog(request: Request, session: Session, id: str, page: str = '1'):
    blog = await session.get(Blog, id)
    if not blog:
        raise HTTPException(404)
    page, comments = await newest(session, page, Comment, Comment.blog_id == id)
    values = {
        'blog': blog,
        'html': post_html(blog.content),
        'page': page,
        'comments': [(comment, comment_html(comment.content)) for comment in comments],
        'content': '',
    }
    return render(request, 'blog.html', values | shared(request.url.path))


@app.get('/api/blogs')
async def api_blogs(session: Session, page: str = '1') -> BlogsModel:
    page, blogs = await newest(session, page, Blog)
    return {'page': page, 'blogs': blogs}


async def newest(session, number, model, *where):
    """Return the Page that `?page=` asks for, and its rows."""
    count = await session.scalar(select(func.count(model.id)).where(*where))
    page = Page(count, page_number(number))
    rows = select(model).where(*where).order_by(model.created_at.desc())
    return page, (await session.scalars(rows.offset(page.offset).limit(page.limit))).all()


if __name__ == '__main__':
    uvicorn.run(app, port=int(os.environ['PORT']), log_level='warning', access_log=False)
