"""Keeps files of the current folder from being imported; itself imports nothing that could be one of them."""

import os
import sys
from contextlib import suppress
from pathlib import Path

_ROOT = Path(__file__).parents[1]


def leave_out_current_folder() -> None:
    """Remove the current folder from `sys.path`: `python -m bot` would import a file `ml.py` in it."""
    os.environ["PYTHONSAFEPATH"] = "1"  # the same for the processes of `bot/services/workers.py`
    with suppress(OSError):  # the folder is gone
        current = Path.cwd()
        if not sys.flags.safe_path and current != _ROOT and Path(sys.path[0]).resolve() == current:
            del sys.path[0]
