"""XML in and out, the way Braintree's SDK writes and reads it.

In: a document becomes nested dicts, lists (elements marked as arrays) and strings. Nothing is resolved or fetched: a
document type, an entity declaration, too deep or too large a document is refused. Out: tags get dashes, and every
value the type attribute by which the SDK's parser knows it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

SIZE_LIMIT = 262_144
DEPTH_LIMIT = 20
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class DocumentError(ValueError):
    """A body that is not XML, or XML of a kind that is refused."""


@dataclass
class _Open:
    """An element whose end has not been seen: its name, its text so far, and its children."""

    name: str
    is_array: bool = False
    text: str = ""
    children: list[tuple[str, Any]] = field(default_factory=list)

    def value(self) -> Any:
        if self.is_array:
            return [child for _, child in self.children]
        if self.children:
            return dict(self.children)
        return self.text.strip()


def read(body: bytes) -> dict[str, Any]:
    """The document as `{root: value}`; an empty body as an empty dict. Raises DocumentError."""
    if len(body) > SIZE_LIMIT:
        raise DocumentError("too large")
    if not body.strip():
        return {}
    stack = [_Open("")]

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if len(stack) > DEPTH_LIMIT:
            raise DocumentError("too deep")
        stack.append(_Open(name.replace("-", "_"), is_array=attributes.get("type") == "array"))

    def end(_name: str) -> None:
        done = stack.pop()
        stack[-1].children.append((done.name, done.value()))

    def text(data: str) -> None:
        stack[-1].text += data

    def refuse(*_arguments: object) -> None:
        raise DocumentError("document types and entities are refused")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise DocumentError(str(error)) from error
    return dict(stack[0].children)


@dataclass(frozen=True)
class Items:
    """A list for the way out: the tag of its members, and how the list itself is marked."""

    tag: str
    members: Sequence[Any]
    kind: str = "array"
    before: Mapping[str, Any] | None = None


def write(tag: str, value: Any) -> str:
    """One element. Understands None, bool, int, str, Decimal, datetime (UTC), date, dicts and `Items`."""
    name = tag.replace("_", "-")
    if value is None:
        return f'<{name} nil="true"/>'
    if isinstance(value, Items):
        head = "".join(write(key, each) for key, each in (value.before or {}).items())
        return f'<{name} type="{value.kind}">{head}{"".join(write(value.tag, m) for m in value.members)}</{name}>'
    if isinstance(value, Mapping):
        return f"<{name}>{''.join(write(key, each) for key, each in value.items())}</{name}>"
    if isinstance(value, bool):
        return f'<{name} type="boolean">{str(value).lower()}</{name}>'
    if isinstance(value, int):
        return f'<{name} type="integer">{value}</{name}>'
    if isinstance(value, datetime):
        return f'<{name} type="datetime">{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</{name}>'
    if isinstance(value, date):
        return f'<{name} type="date">{value:%Y-%m-%d}</{name}>'
    if isinstance(value, Decimal | str):
        return f"<{name}>{escape(NOT_IN_XML.sub('', str(value)))}</{name}>"
    raise TypeError(f"cannot write a {type(value).__name__}")


def document(tag: str, value: Any) -> bytes:
    """A whole document in UTF-8."""
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + write(tag, value)).encode()
