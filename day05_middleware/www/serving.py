"""What surrounds a server: it begins, serves until somebody says stop, and ends in order."""

import asyncio
import os
import signal

from drivers import OperationalError
from expectations import refuse_expectations
from orm import close_pool

PORT = os.environ.get('PORT') or '9000'


async def serve(init):
    """Start what `init(loop)` starts, and serve until Ctrl-C or SIGTERM."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # on Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    try:
        srv, runner = await init(loop)
        refuse_expectations(runner.server)
        await stop.wait()
        srv.close()
        await runner.cleanup()
    except (ConnectionError, *OperationalError) as error:
        raise SystemExit(f'{error}. Check DATABASE_URL.') from None
    except (OSError, OverflowError) as error:
        raise SystemExit(f'Cannot listen on port {PORT} ({error}). Set PORT to another.') from None
    finally:
        await close_pool()
