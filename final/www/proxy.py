"""Who is asking when a reverse proxy stands between: its headers count only if it is trusted."""

import re
from functools import lru_cache
from ipaddress import IPv6Network, ip_address

from aiohttp import web


def proxy_factory(trusted_proxies):
    """Let `request.remote` be the visitor's address or network, and `request.scheme` the scheme.

    What a proxy says of them counts only if its own address is among the trusted ones.
    """

    @web.middleware
    async def proxy(request, handler):
        scheme, remote = request.scheme, client_address(request, trusted_proxies)
        if is_trusted(request.remote, trusted_proxies):
            scheme = request.headers.get('X-Forwarded-Proto', scheme).split(',')[-1].strip().lower()
        if (scheme, remote) != (request.scheme, request.remote):
            request = request.clone(scheme=scheme, remote=remote)
        return await handler(request)

    return proxy


def is_trusted(address, trusted_proxies):
    """Tell whether this address, a text, is in one of the networks `trusted_proxies`."""
    parsed = _parse(address or '')
    return bool(parsed) and any(parsed in network for network in trusted_proxies)


def client_address(request, trusted_proxies):
    """Return the address that a request comes from, or the /64 network if it is IPv6.

    Anybody can send X-Forwarded-For, and a proxy adds the address of its peer at the end. So it is
    read from there, and only as long as it was one of `trusted_proxies` who wrote.
    """
    forwarded = re.findall(r'[^,\s]+', ','.join(request.headers.getall('X-Forwarded-For', [])))
    client = ''
    for text in [request.remote or '', *reversed(forwarded)]:
        if not (address := _parse(text)):
            break
        client = _subscriber(address)
        if not is_trusted(text, trusted_proxies):
            break
    return client


@lru_cache(1000)  # one visitor asks often, and this is slow
def _parse(text):
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, 'ipv4_mapped', None) or address


def _subscriber(address):
    if address.version == 4:
        return str(address)
    return str(IPv6Network((int(address), 64), strict=False))  # all of it is one customer's
