"""The ports of 127.0.0.1: which is free, and who has taken the others."""

import atexit
import errno
import os
import random
import socket
from collections import deque
from contextlib import suppress
from pathlib import Path

reservations = deque()  # UDP sockets: they keep nobody from listening with TCP


def is_free(port):
    """Return whether a program can begin to listen at this port, as far as others are concerned."""
    try:
        socket.create_server(('127.0.0.1', port)).close()
    except OSError as error:
        return error.errno not in (errno.EADDRINUSE, 10013)  # Windows: reserved, as good as used
    return True


def is_listening(port):
    """Return whether a program accepts connections at this port."""
    with socket.socket() as probe:
        return probe.connect_ex(('127.0.0.1', port)) == 0


def free_port():
    """Return a port that nobody uses; from 32768 on, outgoing connections might take it."""
    for port in random.sample(range(20000, 32768), 100):
        reservation = socket.socket(type=socket.SOCK_DGRAM)
        with suppress(OSError):
            reservation.bind(('127.0.0.1', port))  # so another run of tests chooses another
            if is_free(port):
                reservations.append(reservation)
                if len(reservations) > 100:
                    reservations.popleft().close()
                return port
        reservation.close()
    raise OSError('no free port below 32768')


@atexit.register
def _release():
    while reservations:
        reservations.popleft().close()


def owner(port):
    """Return ` (pid 12: python app.py)`, as far as Linux lets us know, else an empty string."""
    with suppress(OSError):
        rows = [line.split() for line in Path('/proc/net/tcp').read_text().splitlines()[1:]]
        listening = {row[1].partition(':')[2]: row[9] for row in rows if row[3] == '0A'}
        socket_link = f'socket:[{listening.get(f"{port:04X}")}]'
        for link in Path('/proc').glob('[0-9]*/fd/*'):
            with suppress(OSError):  # it was closed meanwhile, or belongs to somebody else
                if os.readlink(link) == socket_link:
                    process = link.parent.parent
                    command = process.joinpath('cmdline').read_text(errors='replace').rstrip('\0')
                    return f' (pid {process.name}: {command[:60].replace(chr(0), " ")})'
    return ''
