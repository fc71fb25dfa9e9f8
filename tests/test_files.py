"""Files appear whole and under one name, also where several are written at once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from portal.files import publish

MANY = 8


def test_a_file_appears_with_its_content_and_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    for content in (b"old", b"new"):
        publish(tmp_path / "page", content)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"page": b"new"}


def test_where_it_must_not_be_replaced_the_first_stays(tmp_path: Path) -> None:
    for content in (b"first", b"second"):
        publish(tmp_path / "page", content, replace=False)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"page": b"first"}


def test_of_many_at_once_one_is_kept_whole_and_all_see_the_same(tmp_path: Path) -> None:
    def write(number: int) -> bytes:
        publish(tmp_path / "page", bytes([number]) * 1_000_000, replace=False)
        return (tmp_path / "page").read_bytes()

    with ThreadPoolExecutor(MANY) as threads:
        seen = set(threads.map(write, range(MANY)))
    assert [path.name for path in tmp_path.iterdir()] == ["page"]
    (content,) = seen
    assert (len(content), len(set(content))) == (1_000_000, 1)
