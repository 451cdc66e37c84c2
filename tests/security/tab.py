"""A tab of a browser that sends what it likes: the messages of Streamlit's own protocol, made by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.patience import PATIENCE
from tests.serving import Server


@dataclass(frozen=True, slots=True)
class Happened:
    event: str
    value: object


@dataclass(slots=True)
class Tab:
    """`messages` is what the last run of the script has drawn."""

    connection: ClientConnection
    address: str
    messages: list[ForwardMsg]

    def run(self, page: str, query: str = "", widgets: Mapping[str, object] | None = None) -> str:
        """Everything that the server says to this, as text to be searched. `widgets` are values by the ids
        of the widgets."""
        message = BackMsg()
        state = message.rerun_script
        state.page_name, state.query_string = page, query
        state.context_info.url = f"{self.address}/{page}?{query}"
        for key, value in (widgets or {}).items():
            _fill(state.widget_states.widgets.add(id=key), value)
        return self.say(message)

    def happen(self, page: str, query: str, component: str, event: str, value: object) -> str:
        """As if a component of ours had told of an event."""
        (key,) = self.ids(component)
        return self.run(page, query, {f"$$STREAMLIT_INTERNAL_KEY_{key}__events": Happened(event, value)})

    def say(self, message: BackMsg) -> str:
        self.connection.send(message.SerializeToString())
        self.messages = []
        while True:
            said = ForwardMsg.FromString(_bytes(self.connection.recv(timeout=PATIENCE)))
            self.messages.append(said)
            if said.WhichOneof("type") == "script_finished" and said.script_finished != _INTERRUPTED:
                return "\n".join(str(each) for each in self.messages)

    def ids(self, part: str) -> list[str]:
        """The ids of the widgets on the page that have this in them."""
        return sorted({each for message in self.messages for each in _ids(message) if part in each})


@contextmanager
def tab(server: Server, cookie: str) -> Iterator[Tab]:
    address = f"ws://localhost:{server.port}/_stcore/stream"
    headers = {"Cookie": cookie}
    with connect(
        address,
        additional_headers=headers,
        origin=Origin(server.address),
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
    ) as connection:
        yield Tab(connection, server.address, [])


_INTERRUPTED = ForwardMsg.FINISHED_EARLY_FOR_RERUN


def _bytes(received: str | bytes) -> bytes:
    assert isinstance(received, bytes)
    return received


def _fill(state: Any, value: object) -> None:  # Any: a message that protobuf makes
    match value:
        case Happened(event, told):
            state.json_trigger_value = json.dumps([{"event": event, "value": told}])
        case bool():
            state.trigger_value = value
        case str():
            state.string_value = value
        case int():
            state.int_value = value
        case _:
            state.json_value = json.dumps(value)


def _ids(message: Any) -> Iterator[str]:  # Any: a message that protobuf makes
    for field, value in message.ListFields():
        if field.name == "id" and isinstance(value, str):
            yield value
        elif field.type == field.TYPE_MESSAGE:
            for each in value if field.is_repeated and not hasattr(value, "items") else [value]:
                if hasattr(each, "ListFields"):
                    yield from _ids(each)
