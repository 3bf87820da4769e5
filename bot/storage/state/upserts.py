"""SQL that stores a row, whether or not there is one with its key."""

from functools import lru_cache


@lru_cache(maxsize=100)
def upsert(table: str, key: str, values: str) -> str:
    """SQL that inserts a row, or updates the one with its key.

    Args:
        key, values: columns, separated by `, `; their marks come in this order.
    """
    columns = [*key.split(", "), *(values.split(", ") if values else ())]
    change = ", ".join(f"{column} = excluded.{column}" for column in columns[len(key.split(", ")) :])
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "
        f"ON CONFLICT ({key}) DO {f'UPDATE SET {change}' if change else 'NOTHING'}"
    )
