"""SQL that stores a row, whether or not there is one with its key."""

from functools import lru_cache


@lru_cache(maxsize=100)
def upsert(table: str, key: str, values: str) -> str:
    """SQL that inserts a row, or updates the one with its key.

    Args:
        key, values: columns, separated by `, `; their marks come in this order.
    """
    columns = f"{key}, {values}"
    marks = ", ".join("?" * len(columns.split(", ")))
    change = ", ".join(f"{column} = excluded.{column}" for column in values.split(", "))
    return f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT ({key}) DO UPDATE SET {change}"
