"""The broker that needs no server: Kombu's queue in folders, with every file whole before anybody can see it.

Kombu writes messages where consumers already look, so on a busy machine one may meet half a message, which ends it.
Here a file is written under a hidden name and then renamed, which is one step for everybody else.
"""

import time
import uuid
from json import dumps
from pathlib import Path
from typing import Any

from kombu.transport import filesystem

from portal.files import publish


class Channel(filesystem.Channel):
    """A channel whose messages and tables appear whole or not at all."""

    def _put(self, queue: str, payload: Any, **_options: Any) -> None:  # type: ignore[override]  # Kombu disagrees with itself on the names
        name = f"{time.time_ns()}_{uuid.uuid4()}.{queue}.msg"
        publish(Path(self.data_folder_out) / name, dumps(payload).encode())

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        table = self._exchange_file(exchange)
        if not table.exists():
            self.control_folder.mkdir(parents=True, exist_ok=True)
            publish(table, b"[]", replace=False)
        super()._queue_bind(exchange, routing_key, pattern, queue)


class Transport(filesystem.Transport):
    """Kombu's transport with our channel."""

    Channel = Channel
