"""Protection in the browser: safety headers, and no requests from other sites (CSRF)."""

from aiohttp import web, web_response

from middlewares import USER
from templating import STATIC_URLS

SAFE_METHODS = ('GET', 'HEAD', 'OPTIONS')
PRIVATE_PATHS = ('/manage', '/account', '/signin', '/register')
YEAR = 31_536_000  # seconds
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
web_response.SERVER_SOFTWARE = HEADERS['Server']  # for what aiohttp refuses before it is a request


def headers_factory():
    """Put the safety headers on every answer, and say who may keep it for how long."""

    @web.middleware
    async def headers(request, handler):
        answer = await handler(request)
        answer.headers.update(HEADERS)
        answer.headers['Cache-Control'] = _cache_control(request, answer)
        if request.secure:
            answer.headers['Strict-Transport-Security'] = f'max-age={YEAR}'
        return answer

    return headers


def _cache_control(request, answer):
    if request.path_qs in STATIC_URLS.values():  # when the file changes, so does its URL
        return f'public, max-age={YEAR}, immutable'
    is_private = request.get(USER) or request.path.startswith(PRIVATE_PATHS)
    return 'no-store' if is_private or answer.status >= 400 else 'no-cache'


def same_origin_factory():
    """Refuse requests that would change something and come from another site: forged ones (CSRF).

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
