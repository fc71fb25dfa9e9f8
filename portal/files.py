"""Files that appear whole, under their one name, however many processes write them at once."""

import os
import uuid
from pathlib import Path


def publish(path: Path, content: bytes, *, replace: bool = True) -> None:
    """Make a file appear with all of its content, in one step for everybody else. The folder must be there.

    It is written under a hidden name beside it first. Without `replace`, the first one that was made stays.
    """
    hidden = path.parent / f".{uuid.uuid4()}.new"
    hidden.write_bytes(content)
    if replace:
        os.replace(hidden, path)
        return
    try:
        os.link(hidden, path)
    except FileExistsError:
        return
    finally:
        hidden.unlink()
