"""Pages and errors, as every list and every refusal of the APIs shows them."""

import json

import pytest

from apis import (
    APIError,
    APIPermissionError,
    APIResourceNotFoundError,
    APIValueError,
    Page,
    get_page_index,
)


def test_a_page_knows_where_it_begins_and_what_is_around_it():
    assert vars(Page(item_count=25, page_index=2, page_size=10)) == {
        'item_count': 25,
        'page_size': 10,
        'page_count': 3,
        'page_index': 2,
        'offset': 10,
        'limit': 10,
        'has_next': True,
        'has_previous': True,
    }


@pytest.mark.parametrize(
    ('item_count', 'page_count'), [(0, 0), (1, 1), (9, 1), (10, 1), (11, 2), (20, 2), (21, 3)]
)
def test_every_item_is_on_one_page(item_count, page_count):
    assert Page(item_count).page_count == page_count


@pytest.mark.parametrize(('asked', 'given'), [(-5, 1), (0, 1), (1, 1), (3, 3), (4, 3), (10**9, 3)])
def test_there_is_no_page_before_the_first_or_after_the_last(asked, given):
    page = Page(25, asked)
    assert page.page_index == given
    assert (page.has_previous, page.has_next) == (given > 1, given < 3)


def test_the_only_page_of_nothing_is_the_first():
    page = Page(0)
    assert (page.page_index, page.offset, page.has_next, page.has_previous) == (1, 0, False, False)


@pytest.mark.parametrize(
    ('text', 'index'), [('1', 1), ('12', 12), ('007', 7), ('9999999', 9999999)]
)
def test_a_page_index_is_a_number(text, index):
    assert get_page_index(text) == index


@pytest.mark.parametrize(
    'text', ['', 'two', '-1', '1.5', '1e3', '1_0', ' 2', '２', '²', '0x1', '9' * 8, '9' * 10_000]
)
def test_what_is_not_a_number_is_page_one(text):
    assert get_page_index(text) == 1


@pytest.mark.parametrize(
    ('error', 'status', 'body'),
    [
        (
            APIError('register:failed', 'email', 'Taken.'),
            400,
            {'error': 'register:failed', 'data': 'email', 'message': 'Taken.'},
        ),
        (
            APIValueError('name', '“名字” is empty.'),
            400,
            {'error': 'value:invalid', 'data': 'name', 'message': '“名字” is empty.'},
        ),
        (
            APIResourceNotFoundError('Blog'),
            404,
            {'error': 'value:notfound', 'data': 'Blog', 'message': ''},
        ),
        (
            APIPermissionError('Sign in first.'),
            403,
            {'error': 'permission:forbidden', 'data': 'permission', 'message': 'Sign in first.'},
        ),
    ],
)
def test_an_error_is_an_answer_in_json(error, status, body):
    assert error.status == status
    assert error.content_type == 'application/json'
    assert json.loads(error.text) == body
