"""The broker without a server, with a writer and a reader at the same time."""

import json
import threading
from pathlib import Path
from typing import Any

from kombu import Connection, Consumer, Exchange, Queue
from kombu.transport import filesystem

from portal.folders import Channel, Transport

FOLDERS = "portal.folders:Transport"
MESSAGES = 300
LONG = "x" * 200_000  # long enough that writing takes a moment


def connection(folder: Path, transport: str = FOLDERS) -> Connection:
    options = {"data_folder_in": str(folder), "data_folder_out": str(folder), "control_folder": str(folder / "control")}
    return Connection("localhost", transport=transport, transport_options={**options, "polling_interval": 0.001})


def exchange_messages(folder: Path, *, writers: int) -> list[int]:
    """Write from several threads while this one reads, and return what was read."""
    queue = Queue("work", Exchange("work", type="direct"), routing_key="work")
    got: list[int] = []

    def write(first: int) -> None:
        with connection(folder) as sending:
            producer = sending.Producer()
            for number in range(first, MESSAGES, writers):
                producer.publish(
                    {"number": number, "text": LONG}, routing_key="work", exchange=queue.exchange, declare=[queue]
                )

    threads = [threading.Thread(target=write, args=(first,)) for first in range(writers)]
    with connection(folder) as receiving, Consumer(receiving, queues=[queue], accept=["json"]) as consumer:
        consumer.register_callback(lambda body, message: (got.append(body["number"]), message.ack()))
        for thread in threads:
            thread.start()
        while len(got) < MESSAGES:
            receiving.drain_events(timeout=10)
    for thread in threads:
        thread.join()
    return sorted(got)


def test_every_message_arrives_whole_however_many_write_at_once(tmp_path: Path) -> None:
    assert exchange_messages(tmp_path, writers=3) == list(range(MESSAGES))


class Nosy(dict[str, str]):
    """Looks into the folder at the moment it is being written."""

    def __init__(self, folder: Path) -> None:
        super().__init__(text="whole")
        self.folder = folder
        self.seen: list[int] = []

    def items(self) -> Any:
        self.seen = [path.stat().st_size for path in self.folder.glob("*.work.msg")]
        return super().items()


def seen_while_writing(folder: Path, transport: str) -> list[int]:
    """Return the sizes of the messages that a consumer could take while one is being written."""
    message = Nosy(folder)
    with connection(folder, transport) as sending:
        sending.default_channel._put("work", message)
    assert [json.loads(path.read_text()) for path in folder.glob("*.work.msg")] == [{"text": "whole"}]
    return message.seen


def test_nobody_sees_a_message_before_it_is_written(tmp_path: Path) -> None:
    assert seen_while_writing(tmp_path, FOLDERS) == []


def test_control_kombu_shows_an_empty_message(tmp_path: Path) -> None:
    assert seen_while_writing(tmp_path, "filesystem") == [0]


def test_it_is_kombus_own_transport_otherwise() -> None:
    assert issubclass(Transport, filesystem.Transport)
    assert Transport.Channel is Channel
