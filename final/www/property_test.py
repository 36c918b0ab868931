"""What holds for every input: Hypothesis looks for the one that it does not hold for."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apis import APIValueError, Page, get_page_index
from auth import cookie2user, user2cookie
from forms import check_text
from models import Blog, User, create_tables
from orm import close_pool, create_pool

pytestmark = pytest.mark.slow

SECRET = 'a secret of the tests'
relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(st.integers(0, 10_000), st.integers(-100, 10_000), st.integers(1, 100))
def test_a_page_is_within_its_list(item_count, page_index, page_size):
    page = Page(item_count, page_index, page_size)
    assert 1 <= page.page_index <= max(1, page.page_count)
    assert 0 <= page.offset <= max(0, item_count - 1)
    assert page.has_next == (page.offset + page.limit < item_count)
    assert page.has_previous == (page.offset > 0)


@given(st.text())
def test_any_text_is_a_page_number(text):
    assert 0 <= get_page_index(text) < 10_000_000


@given(st.text(), st.integers(1, 100))
def test_a_text_that_is_accepted_is_neither_empty_nor_too_long(text, limit):
    try:
        checked = check_text('content', text, limit)
    except APIValueError:
        return
    assert 0 < len(checked) <= limit
    assert check_text('content', checked, limit) == checked


@pytest.fixture
async def user(database_url):
    await create_pool(database_url)
    await create_tables()
    user = User(name='Ada', email='ada@example.com', passwd='!')
    await user.save()
    yield user
    await close_pool()


@relaxed
@given(position=st.integers(0, 200), letter=st.characters())
async def test_a_cookie_with_another_letter_stands_for_nobody(user, position, letter):
    cookie = user2cookie(user, 60, SECRET)
    position %= len(cookie)
    forged = cookie[:position] + letter + cookie[position + 1 :]
    assert (await cookie2user(forged, SECRET) == user) == (forged == cookie)


@relaxed
@given(name=st.text(max_size=50), content=st.text(st.characters(exclude_categories=['Cs'])))
async def test_a_stored_text_comes_back_as_it_was(user, name, content):
    name = name.encode(errors='ignore').decode()
    blog = Blog(name=name, content=content)
    await blog.save()
    assert await Blog.find(blog.id) == blog
