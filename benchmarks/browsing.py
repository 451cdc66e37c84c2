"""A browser without a screen: it speaks with the server of the pages as Streamlit's own JavaScript does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

_EARLY = ForwardMsg.FINISHED_EARLY_FOR_RERUN
_LARGEST = 64 * 1024 * 1024


class PageFailedError(Exception):
    """A page that does not have what it is to have, or an error in its place."""


@dataclass(frozen=True, slots=True)
class Widget:
    """What can be used on a page: its id for the server, the fragment around it, what it was drawn from."""

    id: str
    fragment: str
    drawn: Any  # Any: one of Streamlit's messages


@dataclass(slots=True)
class Tab:
    """One open page. `widgets` are what it shows, by the keys that the pages give them."""

    socket: ClientConnection
    address: str
    widgets: dict[str, Widget] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)
    """What the page shows in red."""
    received: int = 0
    """Bytes."""
    _page: str = ""
    _query: str = ""
    _held: dict[str, WidgetState] = field(default_factory=dict)
    """What the controls hold that somebody has used."""
    _known: dict[str, ForwardMsg] = field(default_factory=dict)
    """Messages that the server need not send again."""

    async def open(self, path: str) -> float:
        """Opens a page by its address, as a new tab does. Gives the seconds until it is drawn."""
        return await self._run(page_name=path)

    async def press(self, key: str) -> float:
        return await self._use(key, {"trigger_value": True})

    async def enter(self, key: str, text: str) -> float:
        return await self._use(key, {"string_value": text}, stays=True)

    async def choose(self, key: str, index: int) -> float:
        """One of the options that stand side by side."""
        option = self.widget(key).drawn.options[index].content
        return await self._use(key, {"string_array_value": {"data": [option]}}, stays=True)

    async def tell(self, key: str, event: str, value: object) -> float:
        """What one of our own components tells."""
        told = json.dumps([{"event": event, "value": value}])
        return await self._use(key, {"json_trigger_value": told}, part="events")

    def write(self, key: str, text: str) -> None:
        """Types into a control that tells the server nothing yet."""
        found = self.widget(key)
        self._held[found.id] = WidgetState(id=found.id, string_value=text)

    def data(self, key: str) -> Any:  # Any: JSON
        """What one of our own components was given to draw."""
        return json.loads(self.widget(key).drawn.json)

    def widget(self, key: str) -> Widget:
        try:
            return self.widgets[key]
        except KeyError:
            raise PageFailedError(
                f"{key} is not on the page: {self.trouble or sorted(self.widgets)}"
            ) from None

    async def _use(
        self, key: str, value: Mapping[str, Any], *, stays: bool = False, part: str = ""
    ) -> float:  # Any: as in WidgetState
        found = self.widget(key)
        name = f"$$STREAMLIT_INTERNAL_KEY_{found.id}__{part}" if part else found.id
        state = WidgetState(id=name, **value)
        if stays:
            self._held[name] = state
        return await self._run(state, fragment=found.fragment)

    async def _run(self, *used: WidgetState, page_name: str = "", fragment: str = "") -> float:
        """Seconds from the request to the end of the script. Raises PageFailedError for an error shown."""
        asked = BackMsg()
        rerun = asked.rerun_script
        rerun.query_string, rerun.page_script_hash = self._query, self._page
        rerun.page_name, rerun.fragment_id = page_name, fragment
        rerun.widget_states.widgets.extend([*self._held.values(), *used])
        rerun.cached_message_hashes.extend(self._known)
        rerun.context_info.url, rerun.context_info.locale = f"{self.address}/{page_name}", "en-GB"
        self.trouble = []
        begun = perf_counter()
        await self.socket.send(asked.SerializeToString())
        while not self._take(await self._next()):
            pass
        took = perf_counter() - begun
        if self.trouble:
            raise PageFailedError("; ".join(self.trouble))
        return took

    async def _next(self) -> ForwardMsg:
        told = await self.socket.recv(decode=False)
        self.received += len(told)
        message = ForwardMsg.FromString(told)
        if message.metadata.cacheable:
            self._known[message.hash] = message
        return self._known[message.ref_hash] if message.ref_hash else message

    def _take(self, message: ForwardMsg) -> bool:
        """True for the end of the run."""
        match message.WhichOneof("type"):
            case "navigation":  # each run of a whole page has one, before it draws any widget
                self.widgets = {}
                if message.navigation.page_script_hash != self._page:
                    self._page, self._held = message.navigation.page_script_hash, {}
            case "page_info_changed":
                self._query = message.page_info_changed.query_string
            case "delta":
                self._draw(message)
            case "session_event" if message.session_event.HasField("script_compilation_exception"):
                self.trouble.append(message.session_event.script_compilation_exception.message)
            case "script_finished":
                return message.script_finished != _EARLY
        return False

    def _draw(self, message: ForwardMsg) -> None:
        delta = message.delta
        kind = delta.new_element.WhichOneof("type") if delta.HasField("new_element") else None
        if kind is None:
            return
        drawn = getattr(delta.new_element, kind)
        if kind == "exception" or (kind == "alert" and drawn.format == drawn.ERROR):
            self.trouble.append(drawn.message if kind == "exception" else drawn.body)
        key = getattr(drawn, "id", "").split("-", 2)
        if len(key) == 3:
            self.widgets[key[2]] = Widget(drawn.id, delta.fragment_id, drawn)


async def open_tab(address: str, cookie: str) -> Tab:
    """A tab of somebody who has signed in, before it shows anything."""
    headers = {"Cookie": cookie, "Origin": address}
    place = address.replace("http", "ws", 1) + "/_stcore/stream"
    protocols = [Subprotocol("streamlit")]
    socket = await connect(
        place,
        additional_headers=headers,
        subprotocols=protocols,
        max_size=_LARGEST,
        compression="deflate",
    )
    return Tab(socket, address)
