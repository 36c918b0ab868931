"""The socket that visitors connect to: the program's own, or one that it was given.

Given by systemd, or by our parent, see workers.py: connections wait in it while one program is
replaced by the next.
"""

import asyncio
import os
import select
import socket

from yarl import URL

LISTENER, LIFELINE = 'BLOG_LISTENER', 'BLOG_LIFELINE'  # variables of the parent: numbers of files
FIRST_FROM_SYSTEMD = 3
BACKLOG = 1000  # connections that may wait while nobody takes them
UNREAD_SECONDS = 30  # a visitor who takes nothing of the answer for so long is sent away


def given_socket():
    """Return the socket that systemd (sd_listen_fds(3)) or our parent has opened, or None."""
    number = _given()
    return socket.socket(fileno=number) if number else None


async def listen(protocol_factory, host, port):
    """Return the asyncio server that accepts connections; an OSError tells why it cannot."""
    loop = asyncio.get_running_loop()
    if listener := given_socket():
        # It takes one connection at a time, and leaves the others to those who share the socket.
        srv = await loop.create_server(protocol_factory, sock=listener, backlog=1)
        listener.listen(BACKLOG)
    else:
        srv = await loop.create_server(protocol_factory, host, port, backlog=BACKLOG)
    if hasattr(socket, 'TCP_USER_TIMEOUT'):  # in Linux: the kernel does it
        for listener in srv.sockets:
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_SECONDS * 1000)
    return srv


def url_of(srv):
    """Return the URL at which the server is found."""
    host, port = srv.sockets[0].getsockname()[:2]
    return URL.build(scheme='http', host=host, port=port)


async def stop_accepting(srv):
    """Close the server, but none of the connections that have come until now."""
    if _given():  # who waits there is for another process
        for listener in srv.sockets:
            asyncio.get_running_loop().remove_reader(listener)
    quiet = 0
    while quiet < 3:  # rounds: one to accept, two to make the transport, else it would be dropped
        await asyncio.sleep(0)
        is_waiting = not _given() and select.select(srv.sockets, [], [], 0)[0]
        quiet = 0 if is_waiting else quiet + 1
    srv.close()


def watch_parent(when_gone):
    """Tell the parent, if we have one, that we are ready; call `when_gone` when it has ended."""
    if not (number := int(os.environ.get(LIFELINE, 0))):
        return

    def gone():
        loop.remove_reader(number)
        when_gone()

    loop = asyncio.get_running_loop()
    loop.add_reader(number, gone)
    os.write(number, b'!')


def _given():
    """Return the number of the file that is the given socket; 0 if there is none."""
    from_systemd = os.environ.get('LISTEN_PID') == str(os.getpid())
    return FIRST_FROM_SYSTEMD if from_systemd else int(os.environ.get(LISTENER, 0))
