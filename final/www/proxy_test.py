"""Who is asking when a reverse proxy stands between: whom a request is counted for."""

from ipaddress import ip_network
from types import SimpleNamespace

import pytest
from aiohttp import web
from multidict import CIMultiDict

from proxy import client_address


def address(remote, *forwarded, trusted=('10.0.0.0/8', '192.0.2.1', 'fd00::/8')):
    headers = CIMultiDict(('X-Forwarded-For', value) for value in forwarded)
    networks = [ip_network(network) for network in trusted]
    return client_address(SimpleNamespace(remote=remote, headers=headers), networks)


def test_without_a_proxy_the_peer_counts():
    assert address('203.0.113.7') == '203.0.113.7'
    assert address('10.0.0.1', trusted=()) == '10.0.0.1'


@pytest.mark.parametrize('remote', ['203.0.113.7', '::ffff:203.0.113.7', '11.0.0.0', '192.0.2.2'])
def test_what_a_stranger_says_is_ignored(remote):
    assert address(remote, '198.51.100.1') == address(remote)


@pytest.mark.parametrize('remote', ['10.0.0.1', '10.255.255.255', '192.0.2.1', '::ffff:10.0.0.1',
                                    'fd12::1'])  # fmt: skip
def test_what_a_trusted_proxy_says_is_believed(remote):
    assert address(remote, '203.0.113.7') == '203.0.113.7'


@pytest.mark.parametrize(
    'forwarded',
    [
        ['198.51.100.1, 203.0.113.7'],
        ['198.51.100.1', '203.0.113.7'],
        ['198.51.100.1,203.0.113.7'],
        ['  198.51.100.1 ,\t203.0.113.7  '],
        ['198.51.100.1, 203.0.113.7, '],
        ['198.51.100.1, 203.0.113.7, 10.0.0.2, 192.0.2.1'],
        ['198.51.100.1, 203.0.113.7', '10.0.0.2'],
        ['10.0.0.9, 203.0.113.7'],
        ['<script>, 203.0.113.7'],
        [',,,', '203.0.113.7'],
        ['198.51.100.1, ::ffff:203.0.113.7, ::ffff:10.0.0.2'],
    ],
)
def test_the_last_address_that_is_no_proxy_counts_whatever_is_before(forwarded):
    assert address('10.0.0.1', *forwarded) == '203.0.113.7'


@pytest.mark.parametrize(
    'junk',
    ['unknown', '_hidden', '203.0.113', '203.0.113.7:80', '203.0.113.07', '203.0.113.0/24',
     '２０３.0.113.7', '0xcb007107', '3405803783', '[2001:db8::1]', 'é', '\udcff', '\0'],
)  # fmt: skip
def test_nothing_before_an_entry_that_is_no_address_is_believed(junk):
    assert address('10.0.0.1', junk) == '10.0.0.1'
    assert address('10.0.0.1', f'203.0.113.7, {junk}') == '10.0.0.1'
    assert address('10.0.0.1', f'203.0.113.7, {junk}, 10.0.0.2') == '10.0.0.2'


@pytest.mark.parametrize('empty', ['', ' ', ',', ', ,'])
def test_an_empty_header_says_nothing(empty):
    assert address('10.0.0.1', empty) == '10.0.0.1'


def test_if_all_are_proxies_the_farthest_counts():
    assert address('10.0.0.1', '10.0.0.3, 10.0.0.2') == '10.0.0.3'


def test_all_addresses_of_an_ipv6_network_are_one_client():
    assert address('2001:db8::1') == address('2001:db8::ffff:1:2:3') == '2001:db8::/64'
    assert address('2001:db8:0:1::1') == '2001:db8:0:1::/64'
    assert address('fd00::1', '2001:db8::1') == '2001:db8::/64'
    assert address('fe80::1%eth0') == 'fe80::/64'
    assert address('::1') == '::/64'


def test_one_proxy_of_an_ipv6_network_does_not_make_the_others_trusted():
    assert address('2001:db8::2', '203.0.113.7', trusted=['2001:db8::1']) == '2001:db8::/64'


@pytest.mark.parametrize('remote', ['', None])
def test_a_peer_without_an_address_has_none(remote):
    assert address(remote, '203.0.113.7') == ''


async def test_a_real_request_is_counted_for_its_peer_or_for_whom_the_proxy_names(aiohttp_client):
    async def handler(request):
        here = [ip_network('127.0.0.1')]
        addresses = [client_address(request, trusted) for trusted in ([], here)]
        return web.json_response(addresses)

    app = web.Application()
    app.router.add_get('/', handler)
    client = await aiohttp_client(app)
    answer = await client.get('/', headers={'X-Forwarded-For': '198.51.100.1, 203.0.113.7'})
    assert await answer.json() == ['127.0.0.1', '203.0.113.7']
