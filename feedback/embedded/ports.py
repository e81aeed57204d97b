"""Whether a port is free, and which one is."""

from __future__ import annotations

import contextlib
import errno
import http.client
import socket

from feedback.embedded.errors import StartError

HOST = "127.0.0.1"
_LAST_PORT = 65_535
_TRIES = 50


def check_free(port: int, host: str = HOST) -> None:
    """Raise StartError, with a port that is free, when nobody could listen on `port`."""
    if not 0 < port <= _LAST_PORT:
        raise StartError(f"There is no port {port}.", "choose one from 1024 to 65535: make run PORT=8001")
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
    except PermissionError as error:
        raise StartError(f"Port {port} is for root only.", "make run PORT=8000") from error
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise StartError(f"Nobody can listen on {host}:{port} ({error.strerror}).") from error
        other = _next_free(port, host)
        raise StartError(f"Port {port} is in use by another program.", f"make run PORT={other}") from error


def _next_free(port: int, host: str) -> int:
    for candidate in range(port + 1, min(port + _TRIES, _LAST_PORT)):
        with contextlib.suppress(OSError), socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, candidate))
            return candidate
    return free_port(host)


def free_port(host: str = HOST) -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as trial:
        trial.bind((host, 0))
        return int(trial.getsockname()[1])


def listens(port: int, host: str = HOST) -> bool:
    """Whether somebody accepts connections on `port`."""
    try:
        with socket.create_connection((host, port), timeout=2):
            return True
    except OSError:
        return False


def answers(port: int, path: str, host: str = HOST) -> bool:
    """Whether a GET of `path` on `port` is answered with success."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
