"""Core: sentences for the authors of calculators, in English, that can be said in other languages as well."""

from typing import Any


class Sentence(str):
    """A sentence in English. `msgid` and `params` say it in other languages; a parameter may be a sentence as well."""

    msgid: str
    params: dict[str, Any]


def said(msgid: str, **params: Any) -> Sentence:
    """Return the sentence that a msgid, marked for translation, makes with its parameters."""
    sentence = Sentence(msgid % params if params else msgid)
    sentence.msgid, sentence.params = msgid, params
    return sentence


class Unsound(ValueError):
    """Something that an author wrote and that makes no sense. `sentence` says why."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence
