"""What the portal is made of is listed from what is pinned: all of it, without a network, and the same each time."""

import json
import os
import re
import subprocess
import sys

from tests.sources import ROOT


def listed() -> str:
    """What `bin/sbom` writes. Nobody answers where it could ask."""
    nobody = {"https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
    command = [sys.executable, "bin/sbom"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **nobody}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_list_names_every_package_that_is_pinned_with_its_hashes() -> None:
    text = listed()
    assert listed() == text
    found = json.loads(text)
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
    portal = found["metadata"]["component"]
    assert (portal["name"], portal["licenses"]) == ("tonne-by-tonne", [{"expression": "BSD-3-Clause"}])
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    packages = re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==([^\s;]+)", pinned, flags=re.MULTILINE)
    assert len(packages) > 60
    assert sorted((each["name"], each["version"]) for each in found["components"]) == sorted(packages)
    assert {"name": "django", "purl": f"pkg:pypi/django@{dict(packages)['django']}"}.items() <= next(
        each for each in found["components"] if each["name"] == "django"
    ).items()
    files = [each["externalReferences"][0] for each in found["components"]]
    hashes = sorted(each["content"] for file in files for each in file["hashes"])
    assert hashes == sorted(re.findall(r"sha256:(\w+)", pinned))
