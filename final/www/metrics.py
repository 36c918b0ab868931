"""Numbers for Prometheus: how many requests of which kind there were, and how long they took.

They have an address of their own, METRICS_HOST and METRICS_PORT, which visitors cannot reach.
"""

import os
import tempfile
import time
from contextlib import contextmanager

from aiohttp import hdrs, web
from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Gauge,
    Histogram,
    multiprocess,
    start_http_server,
)

from config import configs

FOLDER = 'PROMETHEUS_MULTIPROC_DIR'  # prometheus_client's variable: where processes leave numbers


def metrics_factory():
    """Measure each request; `route` is the path as the handlers have it, `/blog/{id}`."""
    requests = Histogram(
        'http_request_duration_seconds', 'Time to answer', ['method', 'route', 'status']
    )
    in_progress = Gauge(
        'http_requests_in_progress', 'Being answered now', multiprocess_mode='livesum'
    )

    @web.middleware
    async def measure(request, handler):
        start, status = time.perf_counter(), 500
        with in_progress.track_inprogress():
            try:
                answer = await handler(request)
                status = answer.status
                return answer
            finally:
                seconds = time.perf_counter() - start
                requests.labels(_method(request), _route(request), status).observe(seconds)

    return measure


def serve():
    """Answer Prometheus, if it has a port, unless the parent does."""
    if configs.metrics_port and FOLDER not in os.environ:
        _serve(REGISTRY)


@contextmanager
def of_all_processes():
    """Answer Prometheus with the sums of all processes that are started meanwhile."""
    if not configs.metrics_port:
        yield
        return
    with tempfile.TemporaryDirectory() as os.environ[FOLDER]:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
        _serve(registry)
        yield


def forget(pid):
    """Take away what a process that has ended was doing; what it has done counts on."""
    if FOLDER in os.environ:
        multiprocess.mark_process_dead(pid)


def _serve(registry):
    host, port = configs.metrics_host, configs.metrics_port
    try:
        start_http_server(port, host, registry)
    except (OSError, OverflowError) as error:
        raise SystemExit(f'Cannot listen on {host}:{port} for metrics ({error}).') from None


def _method(request):
    return request.method if request.method in hdrs.METH_ALL else 'other'  # anybody may invent one


def _route(request):
    resource = request.match_info.route.resource
    return resource.canonical if resource else 'none'
