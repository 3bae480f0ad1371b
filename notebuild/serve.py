"""What the live server needs before it starts."""

from __future__ import annotations

import socket

from .errors import NotebuildError


def check_address(host: str, port: int) -> None:
    """Raise where a server cannot listen at an address.

    Raises:
        NotebuildError: The port is taken or may not be used.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # As the server itself does: a port that was just left can be taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise NotebuildError(
                f"cannot serve at {host}:{port}: {error.strerror}",
                hint="name another address: make serve ADDR=127.0.0.1:8001, or "
                "mkdocs serve --dev-addr 127.0.0.1:8001") from None
