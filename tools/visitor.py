"""Visitors of the complete blog: what a browser keeps and sends, without its pages."""

import json
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import pytest

PASSWORD = 'correct horse 电池'


class Visitor:
    """Sends requests to a Program, and the cookies that it was given before."""

    def __init__(self, site, cookies=None):
        self.site = site
        self.origin = f'http://127.0.0.1:{site.port}'
        self.cookies = dict(cookies or {})

    def request(self, method, path, body=None, **headers):
        """Return the answer; `headers` are sent, and a cookie that comes back is kept."""
        headers = {'Cookie': '; '.join(f'{k}={v}' for k, v in self.cookies.items())} | headers
        answer = self.site.request(method, path, body, headers)
        for cookie in answer.headers.get_all('Set-Cookie', ()):
            for name, morsel in SimpleCookie(cookie).items():
                self.cookies[name] = morsel.value
        return answer

    def get(self, path, **headers):
        """Ask for a page."""
        return self.request('GET', path, **headers)

    def post(self, path, **fields):
        """Send a form."""
        kind = 'application/x-www-form-urlencoded'
        return self.request(
            'POST', path, urlencode(fields), **{'Origin': self.origin, 'Content-Type': kind}
        )

    def call(self, path, data=None, **headers):
        """Send JSON to an API; the answer has what came back as `json`, too."""
        body = None if data is None else json.dumps(data)
        headers = {'Content-Type': 'application/json'} | headers
        answer = self.request('POST' if data is not None else 'GET', path, body, **headers)
        answer.json = json.loads(answer.text)
        return answer

    def copy(self):
        """Return another visitor with the same cookies: a second window."""
        return Visitor(self.site, self.cookies)


@pytest.fixture(scope='module')
def people(site):
    """Return `nobody`, `user` (Bob) and `admin` (Alice), who keep what they are to themselves."""
    people = {name: Visitor(site) for name in ('nobody', 'user', 'admin')}
    for who, name in (('admin', 'Alice'), ('user', 'Bob')):
        email = f'{name.lower()}@example.com'
        answer = people[who].post('/register', name=name, email=email, passwd=PASSWORD)
        assert answer.status == 302, answer.text
    return people


@pytest.fixture
def nobody(site):
    """A visitor without an account."""
    return Visitor(site)


@pytest.fixture
def user(people):
    """A signed-in user."""
    return people['user'].copy()


@pytest.fixture
def admin(people):
    """A signed-in administrator."""
    return people['admin'].copy()
