"""Real data that lies beside the project and is not part of it; tests that need it are skipped without."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2].parent / "shared" / "data"


def shared_file(relative: str) -> Path:
    """A file of the shared data; skips the test where there is none."""
    path = SHARED / relative
    if not path.is_file():
        pytest.skip(f"needs {relative} from the shared data folder beside the project")
    return path
