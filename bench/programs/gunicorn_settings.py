"""How gunicorn runs Flask and Django: one process, as all the others are.

Its threads keep the connections of the visitors open; with the default worker, each request would
need a new one.
"""

import os

bind = f'127.0.0.1:{os.environ["PORT"]}'
workers = 1
worker_class = 'gthread'
threads = 4
keepalive = 75
