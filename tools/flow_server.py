"""The pages of `course.py run --flow`, on a port of their own.

runner = await serve(flows, 9001, 'http://127.0.0.1:9000')
"""

from contextlib import suppress

from aiohttp import web

from tools.flow_page import is_aside, live_page
from tools.page import style
from tools.stages import ROOT

KINDS = {'flow.js': 'text/javascript', 'flow.svg': 'image/svg+xml'}
HEADERS = {
    'Content-Security-Policy': "default-src 'none'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
}
GONE = 'It never was, or it is too old: only the newest are kept. Choose one from the list.'


async def serve(flows, port, url):
    """Begin to serve the pages of some Flows, whose stage is at `url`; return how to end it."""
    ending = {'handler_cancellation': True, 'shutdown_timeout': 0.1}  # /events has no end
    runner = web.AppRunner(make_app(flows, url), access_log=None, **ending)
    await runner.setup()
    await web.TCPSite(runner, '127.0.0.1', port).start()
    return runner


def make_app(flows, url):
    """Return the application; the requests are in `flows`."""
    routes = web.RouteTableDef()

    @routes.get('/')
    async def newest(request):
        if shown := _newest(flows):
            return _page(live_page(flows.entries(), shown, follow=True))
        waiting = 'No request yet', f'Open <a href="{url}">{url}</a>, and see its way here.'
        return _page(live_page(flows.entries(), follow=True, note=waiting))

    @routes.get(r'/requests/{number:\d{1,9}}')
    async def one(request):
        return _shown(flows, [request.match_info['number']])

    @routes.get(r'/compare/{number:\d{1,9}}/{other:\d{1,9}}')
    async def two(request):
        return _shown(flows, [request.match_info['number'], request.match_info['other']])

    @routes.get('/events')
    async def events(request):
        answer = web.StreamResponse(headers=HEADERS | {'Content-Type': 'text/event-stream'})
        number = flows.number
        await answer.prepare(request)
        with suppress(ConnectionError):  # until the page is closed
            while True:
                number = await flows.after(number)
                await answer.write(b'data: %d\n\n' % number)
        return answer

    @routes.get('/flow.css')
    async def styles(request):
        return _text(style('flow_page.css'), 'text/css')

    @routes.get(r'/{name:flow\.js|flow\.svg}')
    async def file(request):
        name = request.match_info['name']
        return _text(ROOT.joinpath('tools', name).read_text(encoding='utf-8'), KINDS[name])

    @routes.get('/{path:.*}')
    async def nothing(request):
        note = 'No such page', 'Choose a request from the list, or <a href="/">the newest</a>.'
        return _page(live_page(flows.entries(), note=note), 404)

    app = web.Application()
    app.add_routes(routes)
    return app


def _newest(flows):
    """Return what the newest request was, or the pair; what a browser asks for besides, last."""
    entries = flows.entries()
    return next((e for e in entries if not is_aside(e[0])), entries[0] if entries else None)


def _shown(flows, words):
    shown = [flows.find(int(word)) for word in words]
    if None in shown:
        number = words[shown.index(None)]
        note = f'Request {number} is not here', GONE
        return _page(live_page(flows.entries(), note=note), 404)
    return _page(live_page(flows.entries(), shown, follow=shown == _newest(flows)))


def _page(html, status=200):
    return _text(html, 'text/html', status)


def _text(text, kind, status=200):
    return web.Response(text=text, content_type=kind, status=status, headers=HEADERS)
