"""Whether the service can listen where it is told to, found out before anything else is opened."""

from __future__ import annotations

import errno
import os
import socket

from alistach.cli.refused import Refused


def address_of(host: str, port: int) -> str:
    """The numeric address to listen on. Raises Refused when the port cannot be had."""
    family, address = _resolved(host)
    try:
        # Not with SO_REUSEPORT, as the server will listen: that would share the port with another server unnoticed.
        socket.create_server((address, port), family=family).close()
    except OSError as error:
        raise Refused(_why(error, host, port)) from error
    return address


def _resolved(host: str) -> tuple[socket.AddressFamily, str]:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise Refused(f"API_HOST is {host}, which is no address of this machine: set it to 127.0.0.1, say.") from error
    return family, str(address[0])


def _why(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"Port {port} on {host} is taken by another program, perhaps another alistach: "
                "stop that one, or set API_PORT to another port."
            )
        case errno.EACCES:
            return f"Port {port} on {host} is not for ordinary users: set API_PORT to one from 1024 up."
        case errno.EADDRNOTAVAIL:
            return f"API_HOST is {host}, which is no address of this machine: set it to 127.0.0.1, say."
        case _:
            return f"Port {port} on {host} cannot be listened on ({os.strerror(error.errno or 0)}): set API_PORT or API_HOST."
