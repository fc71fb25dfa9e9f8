"""The demo's composed calculators: what their files say, as the blocks that an editor would have put together."""

from collections.abc import Mapping
from typing import Any

from portal.home.demo.content import HERE, toml

Facts = dict[str, Any]
WORDS = ("label", "help", "title", "intro", "item", "shared_label")  # the fields that are translated
LISTS = {"line": "lines", "value": "values", "options": "options", "offered": "offered", "changes": "changes"}


def calculators() -> list[Facts]:
    """Return what each file says, in their order."""
    return [toml(path) for path in sorted((HERE / "calculators").glob("*.toml"))]


def blocks(facts: Facts, language: str) -> list[Facts]:
    """Return the blocks of a calculator with the words of a language. They are the same in all but the words."""
    words: Mapping[str, str] = facts["words"].get(language, {})
    found = [_block("result", facts["result"], words)]
    for kind in ("section", "value", "lever"):
        found += [_block(kind, each, words) for each in facts.get(kind, [])]
    return found


def _block(kind: str, facts: Facts, words: Mapping[str, str]) -> Facts:
    value: Facts = {}
    for name, content in facts.items():
        if name == "question" and isinstance(content, list):
            value["questions"] = [_block(each["type"], each, words) for each in content]
        elif name in LISTS and isinstance(content, list):
            value[LISTS[name]] = [_block("item", each, words) for each in content]
        elif name != "type":
            value[name] = words.get(content, content) if name in WORDS else content
    return {"type": kind, "value": value}
