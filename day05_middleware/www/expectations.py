"""What a client may expect before it sends a body: a go-ahead, and nothing else."""

from aiohttp import web


def refuse_expectations(server):
    """Let a server answer 417 to each header `Expect` but 100-continue (RFC 9110, 10.1.1).

    aiohttp does so with the client's own words; where these are no text, it fails, with a 500.
    """
    handle = server.request_handler

    async def handler(request):
        if any(text.lower() != '100-continue' for text in request.headers.getall('Expect', ())):
            raise web.HTTPExpectationFailed
        return await handle(request)

    server.request_handler = handler
