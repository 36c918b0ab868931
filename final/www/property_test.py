"""What holds for every input: Hypothesis looks for the one that it does not hold for."""

from ipaddress import ip_network
from itertools import accumulate
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from multidict import CIMultiDict

import renderer
from apis import APIValueError, Page, get_page_index
from auth import cookie2user, user2cookie
from forms import check_text
from markup import comment_html
from models import Blog, User, create_tables
from orm import close_pool, create_pool
from passwords import hash_password, verify_password
from proxy import client_address
from throttle import Throttle, TooManyRequestsError
from xss_test_data import Judge

pytestmark = pytest.mark.slow(each_python=True)  # each knows another Unicode

SECRET = 'a secret of the tests'
relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


# Lists and fields


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


# Cookies and rows


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


# HTML

PIECES = r"""
    # - > ` ``` | |--| |:-| * ** ~~ [^1] : [ ]( ) ![ " ' < > </ <!-- --> &#58 \ javascript: http:
    <a href= <img src=x onerror= <script> <style> <svg> <math> <p> <table>
"""
pieces = st.sampled_from([' ', '\n', '\n\n', '    ', *PIECES.split()])


@pytest.fixture
async def render():
    """The function, with a memory and a worker for one test."""
    yield renderer.render
    renderer._cache.clear()
    await renderer.close()


@settings(relaxed, max_examples=150)
@given(text=st.lists(pieces | st.text(max_size=4), max_size=24).map(''.join))
async def test_any_text_becomes_harmless_html(render, text):
    assert Judge(await render(text)).objections == []
    assert Judge(comment_html(text)).objections == []


# Who asks, and how often

entries = st.text() | st.text('0123456789abcdef.:/%[], ') | st.ip_addresses().map(str)


def address(remote, forwarded):
    """Return for whom a request with such headers is counted, behind these proxies."""
    headers = CIMultiDict(('X-Forwarded-For', value) for value in forwarded)
    proxies = [ip_network(network) for network in ('10.0.0.0/8', 'fd00::/8')]
    return client_address(SimpleNamespace(remote=remote, headers=headers), proxies)


@given(st.sampled_from(['10.0.0.1', 'fd00::1', '203.0.113.7']), st.lists(entries))
def test_no_header_is_an_error(remote, forwarded):
    assert address(remote, forwarded)
    assert address(remote, [', '.join(forwarded)])


@given(st.ip_addresses(network='203.0.113.0/24').map(str), st.lists(entries))
def test_nothing_that_clients_send_changes_for_whom_they_are_counted(client, spoofed):
    assert address('10.0.0.1', [*spoofed, client]) == client
    assert address('10.0.0.1', [', '.join([*spoofed, client])]) == client


@given(st.lists(st.integers(0, 30)))
def test_in_no_window_are_more_attempts_than_the_limit_and_no_fewer_are_refused(steps):
    now, allowed = 0, []
    throttle = Throttle(3, 60, clock=lambda: now)
    for now in accumulate(steps):
        if sum(now - time < 60 for time in allowed) < 3:
            throttle.check('ada')
            allowed.append(now)
        else:
            with pytest.raises(TooManyRequestsError):
                throttle.check('ada')


# Passwords


@settings(max_examples=10, deadline=None)
@given(st.text(max_size=60))
async def test_any_text_is_its_own_password_and_no_other(password):
    stored = await hash_password(password)
    assert await verify_password(stored, password)
    assert not await verify_password(stored, password + 'x')
