"""What keeps other sites out: they may link to this one, but not act through its visitors."""

from aiohttp import web

from filters import STATIC_URLS
from middlewares import USER
from throttle import client_address, is_trusted

SAFE_METHODS = ('GET', 'HEAD', 'OPTIONS')
PRIVATE_PATHS = ('/manage', '/account', '/signin', '/register')
YEAR = 31_536_000  # seconds
CONDITIONS = ('If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Unmodified-Since')
HEADERS = {
    # Everything comes from this site; nothing that stands in a page itself is run.
    'Content-Security-Policy': (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Vary': 'Accept-Encoding',
    'Server': 'My Blog',  # which versions run here is nobody's business
}


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


def headers_factory():
    """Put the safety headers on every answer, say who may keep it for how long, and compress it."""

    @web.middleware
    async def headers(request, handler):
        answer = await handler(request)
        answer.headers.update(HEADERS)
        answer.headers['Cache-Control'] = _cache_control(request, answer)
        if request.secure:
            answer.headers['Strict-Transport-Security'] = f'max-age={YEAR}'
        if _can_be_compressed(request, answer):
            answer.enable_compression()
        return answer

    return headers


def _can_be_compressed(request, answer):
    # A file that has not changed is answered without a body, and aiohttp would compress that, too.
    is_whole = not any(name in request.headers for name in ('Range', *CONDITIONS))
    return request.method == 'GET' and is_whole and getattr(answer, 'body', True)


def _cache_control(request, answer):
    if request.path_qs in STATIC_URLS.values():  # another content has another URL
        return f'public, max-age={YEAR}, immutable'
    is_private = request.get(USER) or request.path.startswith(PRIVATE_PATHS)
    return 'no-store' if is_private or answer.status >= 400 else 'no-cache'


def same_origin_factory():
    """Refuse requests that would change something and come from another site.

    A browser says where a request comes from; what says nothing is no browser, and has no
    visitor's cookie. (The rule of Go's `CrossOriginProtection`; OWASP's CSRF cheat sheet.)
    """

    @web.middleware
    async def same_origin(request, handler):
        if request.method not in SAFE_METHODS:
            if not _is_same_origin(request):
                raise web.HTTPForbidden(text='This request comes from another site.')
            is_json = request.content_type == 'application/json' or not request.can_read_body
            if request.path.startswith('/api/') and not is_json:
                raise web.HTTPUnsupportedMediaType
        return await handler(request)

    return same_origin


def _is_same_origin(request):
    site, origin = request.headers.get('Sec-Fetch-Site'), request.headers.get('Origin')
    if site:
        return site in ('same-origin', 'none')  # none: typed by hand
    return origin is None or origin.partition('://')[2] == request.host != ''
