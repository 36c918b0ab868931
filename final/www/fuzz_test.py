"""Whatever anybody sends to whatever address: the answer is never that something broke here."""

import json
import re
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import handlers
import handlers_api
import handlers_manage

pytestmark = pytest.mark.slow

WHO = ['nobody', 'user', 'admin']
NAMES = ['name', 'email', 'passwd', 'new_passwd', 'summary', 'content']
NAMES += ['id', 'page', 'next', 'admin', 'request', 'saved']
texts = st.text(max_size=60) | st.sampled_from(
    ['1', '-1', '9' * 50, "' or 1=1 --", '%', '\0', '{{1}}']
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
objects = st.dictionaries(st.sampled_from(NAMES) | texts, values, max_size=5)
forms = st.dictionaries(st.sampled_from(NAMES) | texts, texts, max_size=5)
bodies = (
    objects.map(lambda data: ('application/json', json.dumps(data).encode()))
    | values.map(lambda data: ('application/json', json.dumps(data).encode()))
    | forms.map(lambda data: ('application/x-www-form-urlencoded', urlencode(data).encode()))
    | st.tuples(
        st.sampled_from(
            ['application/json', 'application/x-www-form-urlencoded', 'text/plain', '']
        ),
        st.binary(max_size=60),
    )
)


ROUTES = [
    (fn.__method__, fn.__route__)
    for module in (handlers_api, handlers, handlers_manage)
    for fn in vars(module).values()
    if hasattr(fn, '__route__')
]


def test_the_routes_that_are_tried_are_all_that_there_are(site):
    registered = [tuple(line.split()[2:4]) for line in site.lines if ':add route' in line]
    assert registered == ROUTES


@pytest.mark.parametrize('route', ROUTES, ids=' '.join)
@given(data=st.data())
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_nothing_that_is_sent_breaks_anything(site, people, route, data):
    method, path = route
    path = re.sub(r'\{id\}', lambda _: quote(data.draw(texts), safe='') or '0', path)
    query = urlencode(data.draw(forms))
    kind, body = data.draw(bodies) if method == 'POST' else ('', None)
    visitor = people[data.draw(st.sampled_from(WHO))].copy()
    host = data.draw(st.sampled_from(['blog.example', '', '\xff', '[::1', 'a' * 300]))
    headers = {'Content-Type': kind, 'Host': host}
    answer = visitor.request(method, f'{path}?{query}', body, **headers)
    assert answer.status < 500
    assert 'Traceback' not in answer.text


def test_and_the_log_has_no_traceback(site):
    assert 'Traceback' not in site.log
    assert site.get('/').status == 200
