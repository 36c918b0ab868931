"""Sends what is requested to two stages, and answers what the first one answers.

    runner = await serve(9000, ['http://127.0.0.1:20001', 'http://127.0.0.1:20002'])

Both get a header X-Flow-Pair with the same number: so their trees are known to belong together.
"""

import asyncio
from itertools import count

from aiohttp import ClientError, ClientSession, ClientTimeout, CookieJar, DummyCookieJar, hdrs, web
from multidict import CIMultiDict
from yarl import URL

from tools.flow_recorder import PAIR

BETWEEN_TWO = (  # headers that are not for those who are further away
    hdrs.CONNECTION,
    hdrs.KEEP_ALIVE,
    hdrs.PROXY_AUTHENTICATE,
    hdrs.PROXY_AUTHORIZATION,
    hdrs.TE,
    hdrs.TRAILER,
    hdrs.TRANSFER_ENCODING,
    hdrs.UPGRADE,
    hdrs.CONTENT_LENGTH,
    hdrs.EXPECT,
)
NOT_OURS = hdrs.USER_AGENT, hdrs.ACCEPT, hdrs.ACCEPT_ENCODING, hdrs.CONTENT_TYPE
LARGEST = 64 * 1024 * 1024  # bytes of a body


async def serve(port, urls):
    """Begin to listen; return how to end it."""
    app = web.Application(client_max_size=LARGEST)
    app.cleanup_ctx.append(_sessions)
    numbers = count(1)

    async def both(request):
        headers, body = _without(request.headers), await request.read()
        headers[PAIR] = str(next(numbers))
        first, second = (
            _send(session, url, request, headers, body)
            for session, url in zip(app[SESSIONS], urls, strict=True)
        )
        answer, _ = await asyncio.gather(first, second)
        return answer

    app.router.add_route('*', '/{path:.*}', both)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, '127.0.0.1', port).start()
    return runner


SESSIONS = web.AppKey('sessions', list)


async def _sessions(app):
    # The visitor keeps the cookies of the first stage; those of the second have to stay here.
    jars = DummyCookieJar(), CookieJar(unsafe=True)
    app[SESSIONS] = [
        ClientSession(cookie_jar=jar, auto_decompress=False, timeout=ClientTimeout())
        for jar in jars
    ]
    yield
    for session in app[SESSIONS]:
        await session.close()


async def _send(session, url, request, headers, body):
    if not isinstance(session.cookie_jar, DummyCookieJar):
        headers = CIMultiDict(headers)
        headers.popall(hdrs.COOKIE, None)
    options = {'headers': headers, 'data': body or None, 'skip_auto_headers': NOT_OURS}
    target = URL(url + request.raw_path, encoded=True)
    try:
        async with session.request(
            request.method, target, allow_redirects=False, **options
        ) as answer:
            return web.Response(
                status=answer.status,
                reason=answer.reason,
                headers=_without(answer.headers),
                body=await answer.read(),
            )
    except ClientError as error:
        return web.Response(status=502, text=f'The stage gives no answer: {error}')


def _without(headers):
    return CIMultiDict((k, v) for k, v in headers.items() if k.title() not in BETWEEN_TWO)
