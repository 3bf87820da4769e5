"""Behaviour, layer by layer; see README.md in this folder."""

import os
import sys

# Tests run side by side: a second thread for sums over a few hundred songs takes ten times the time.
for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")

# Every simulated server loads the cogs anew, and many processes start: from compiled files.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
