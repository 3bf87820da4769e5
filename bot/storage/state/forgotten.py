"""Salted hashes of people who asked to be forgotten: restoring an older backup deletes their data again.

They are in a file beside the database, because a restore replaces the database.
"""

import json
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import time

from bot.domain.errors import StorageFailed
from bot.domain.privacy import BACKUP_DAYS, PERSONAL, person_hash
from bot.storage.files import replace_file
from bot.storage.process_lock import process_lock
from bot.storage.state.people import forgetting

FILE = "forgotten"
_DAY = 24 * 3600.0
_PATIENCE = 10.0


class ForgottenPeople:
    """The file; small, so it is read and written whole."""

    def __init__(self, state_dir: Path, *, clock: Callable[[], float] = time) -> None:
        self._path = state_dir / FILE
        self._clock = clock

    def add(self, user: int) -> None:
        """Note a person; those noted longer ago than backups live are dropped.

        Raises:
            OSError: it cannot be written.
            StorageFailed: the folder cannot be written.
        """
        taken = "I could not delete that just now; try again later."
        with process_lock(self._path.with_name(f".{FILE}.lock"), taken=taken, patience=_PATIENCE):
            salt, people = self._read()
            oldest = self._clock() - BACKUP_DAYS * _DAY
            people = {who: at for who, at in people.items() if at >= oldest}
            people[person_hash(salt, user)] = self._clock()
            replace_file(self._path, json.dumps({"salt": salt.hex(), "people": people}))

    def apply(self, database: Path, made: float) -> int:
        """Delete the data of people who asked for it after `made` (Unix seconds); returns their number.

        Raises:
            StorageFailed: it could not be done.
        """
        try:
            salt, people = self._read()
            late = {who for who, at in people.items() if at > made}
            return _forget_in(database, lambda user: person_hash(salt, user) in late) if late else 0
        except (sqlite3.Error, OSError, ValueError, KeyError) as error:
            raise StorageFailed(
                f"Who asked to be forgotten could not be taken out of it ({error}); remove {self._path} only "
                "if nobody did."
            ) from error

    def _read(self) -> tuple[bytes, dict[str, float]]:
        if not self._path.exists():
            return secrets.token_bytes(16), {}
        noted = json.loads(self._path.read_text("utf-8"))
        return bytes.fromhex(noted["salt"]), {str(who): float(at) for who, at in noted["people"].items()}


def _forget_in(database: Path, is_late: Callable[[int], bool]) -> int:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA secure_delete = ON")
        known = {
            user
            for personal in PERSONAL
            for (user,) in connection.execute(f'SELECT "{personal.column}" FROM {personal.table}')
            if user is not None
        }
        found = list(filter(is_late, known))
        connection.execute("BEGIN IMMEDIATE")
        for sql in forgetting():
            connection.executemany(sql, [(user,) for user in found])
        connection.execute("COMMIT")
    return len(found)
