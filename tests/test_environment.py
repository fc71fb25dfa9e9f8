"""`bin/demo` and `bin/test` set themselves up. Where that fails one sentence says so; the next start tries again."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOBODY_LISTENS = "http://127.0.0.1:9/"


def install(folder: Path, *, index: str) -> subprocess.CompletedProcess[str]:
    """Install one pinned package as the commands do, into a folder, from a package index."""
    wanted = folder / "wanted.txt"
    wanted.write_text(f"nothing-of-this-name==1.0 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    environment |= {"PORTAL_VENV": str(folder / "venv"), "PIP_CONFIG_FILE": os.devnull}
    environment |= {"PIP_INDEX_URL": index, "PIP_RETRIES": "0"}
    script = f'set -eu; . bin/environment; install "{wanted}"; echo installed'
    command = ["sh", "-c", script, "bin/demo"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)


def test_without_a_network_one_sentence_says_so_and_nothing_counts_as_installed(tmp_path: Path):
    for _start in range(2):
        done = install(tmp_path, index=NOBODY_LISTENS)
        assert done.returncode == 1
        assert done.stdout == ""
        last = done.stderr.splitlines()[-1]
        log = tmp_path / "venv" / "install.log"
        assert last == f"demo: the packages could not be installed: is there a network? {log} has the details."
        assert not (tmp_path / "venv" / ".installed-wanted").exists()
