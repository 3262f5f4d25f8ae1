"""Sets up the project's virtual environment, once; for the Makefile, not for users of the library.

``python tools/environment.py [GROUP ...]`` leaves ``.venv`` with the library (editable, all
extras) and those dependency groups of pyproject.toml, at the versions of constraints.txt. It does
nothing when they are there already. It runs on the standard library of Python 3.11 alone.
"""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
import venv
from hashlib import sha256
from pathlib import Path
from typing import TypedDict

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv"
PYTHON = HOME / "bin" / "python"
STAMP = HOME / "set-up.json"
SOURCES = (ROOT / "pyproject.toml", ROOT / "constraints.txt")
VERSION = ".".join(map(str, sys.version_info[:2]))


class Stamp(TypedDict):
    """What an environment was made for; written last, so that a broken set-up leaves none."""

    root: str
    python: str
    sources: str
    groups: list[str]


def main(groups: list[str]) -> None:
    """Set up the environment with ``groups``; a second call at the same time waits its turn."""
    try:
        # This file is never rewritten by a set-up, so it can be the lock and leave nothing behind.
        with Path(__file__).open("r+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            set_up(set(groups))
    except subprocess.CalledProcessError as error:
        sys.exit(f"The environment could not be set up; the reason stands above. ({error})")


def set_up(wanted: set[str]) -> None:
    """Bring ``.venv`` to the state that ``wanted`` asks for, with as little work as possible."""
    sources = sha256(b"".join(path.read_bytes() for path in SOURCES)).hexdigest()
    stamp = read_stamp()
    present = set(stamp["groups"]) if stamp else set()
    usable = is_usable(stamp)
    if usable and stamp and stamp["sources"] == sources and wanted <= present:
        return

    groups = sorted(wanted | present)
    print(f"Setting up .venv with Python {VERSION} ({', '.join(groups) or 'the library'})")
    if not usable:
        create()
    STAMP.unlink(missing_ok=True)
    install(groups)
    made = Stamp(root=str(ROOT), python=VERSION, sources=sources, groups=groups)
    STAMP.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")


def read_stamp() -> Stamp | None:
    """Return what the environment was made for, or nothing if it was never finished."""
    if not STAMP.exists():
        return None
    stamp: Stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    return stamp


def is_usable(stamp: Stamp | None) -> bool:
    """Say whether packages can be installed into the environment as it stands.

    One of another Python, or of a checkout that was moved or copied (its scripts hold the old
    path), has to be made anew. One without a stamp is asked directly.
    """
    if not PYTHON.exists():
        return False
    if stamp is not None:
        return stamp["root"] == str(ROOT) and stamp["python"] == VERSION
    question = "import pip, sys; print('.'.join(map(str, sys.version_info[:2])))"
    answer = subprocess.run([PYTHON, "-c", question], capture_output=True, text=True, check=False)
    return answer.stdout.strip() == VERSION


def create() -> None:
    """Make an empty environment, in place of whatever stands there."""
    try:
        import ensurepip  # noqa: F401, PLC0415  (some systems ship Python without it)
    except ImportError:
        sys.exit(
            f"This Python ({sys.executable}) cannot make virtual environments: it has no "
            f"ensurepip. On Debian and Ubuntu: apt-get install python{VERSION}-venv"
        )
    venv.create(HOME, clear=True, symlinks=True, with_pip=True)


def install(groups: list[str]) -> None:
    """Install the library and ``groups``; pip before 25.1 does not know dependency groups."""
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "pip>=25.1"], cwd=ROOT, check=True)
    named = [f"--group={group}" for group in groups]
    library = ["--constraint", "constraints.txt", "--editable", ".[all]"]
    subprocess.run([*pip, *library, *named], cwd=ROOT, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
