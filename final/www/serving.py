"""What surrounds a server: it begins, serves until somebody says stop, and ends in order."""

import asyncio
import signal

import renderer
from config import configs
from draining import DRAIN
from drivers import OperationalError
from expectations import refuse_expectations
from listening import watch_parent
from orm import close_pool


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
        watch_parent(stop.set)
        await stop.wait()
        await runner.app[DRAIN].finish(srv, runner.server, configs.shutdown_seconds)
        await runner.cleanup()
    except (ConnectionError, *OperationalError) as error:
        raise SystemExit(f'{error}. Check DATABASE_URL.') from None
    except (OSError, OverflowError, UnicodeError) as error:
        raise SystemExit(f'Cannot listen on {configs.host}:{configs.port} ({error}).') from None
    finally:
        await renderer.close()
        await close_pool()
