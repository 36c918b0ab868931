"""How the blog runs on the machine where it is written."""

from pathlib import Path

configs = {
    'host': '127.0.0.1',
    'port': 9000,
    'database_url': f'sqlite:///{Path(__file__).with_name("blog.db")}',
    'log_level': 'INFO',
    'session_secret': 'only good enough for development',
    'session_max_age': 604_800,  # seconds: a week, renewed in use
    'keepalive_seconds': 75,  # then a silent connection ends; proxies and browsers do so earlier
    'request_seconds': 30,  # for a request to arrive, and to be answered
    'shutdown_seconds': 3,  # at the end, for the requests that have begun
    'metrics_host': '127.0.0.1',
    'metrics_port': 0,  # for Prometheus; 0: none
    'count_max_age': 0,  # seconds that the number of all rows may be old
    'trusted_proxies': '',  # whose X-Forwarded headers count: 127.0.0.1,10.0.0.0/8
}
