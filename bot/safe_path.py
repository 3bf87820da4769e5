"""Keeps files of the current folder from being imported.

It imports only modules that the interpreter has already: any other could be such a file.
"""

import os
import sys

_ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


def leave_out_current_folder() -> None:
    """Remove the current folder from `sys.path`: `python -m bot` would import a file `ml.py` in it."""
    os.environ["PYTHONSAFEPATH"] = "1"  # the same for the processes of `bot/services/workers.py`
    try:
        current = os.getcwd()
    except OSError:
        return  # the folder is gone
    if not sys.flags.safe_path and current != _ROOT and os.path.realpath(sys.path[0]) == current:
        del sys.path[0]
