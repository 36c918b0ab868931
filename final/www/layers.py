"""What each request passes, from the outside in: a layer sees what those below answer, or raise."""

from config import configs
from draining import drain_factory
from errors import errors_factory
from metrics import metrics_factory
from middlewares import auth_factory, compression_factory, logger_factory, response_factory
from protection import headers_factory, same_origin_factory
from proxy import proxy_factory


def make_layers(templates, drain):
    """Return the middlewares of the application."""
    return [
        drain_factory(drain),
        *[metrics_factory()] * bool(configs.metrics_port),
        proxy_factory(configs.trusted_proxies),
        headers_factory(),
        compression_factory(),
        logger_factory(),
        errors_factory(templates, configs.request_seconds),
        same_origin_factory(),
        auth_factory(configs.session_secret, configs.session_max_age),
        response_factory(templates),
    ]
