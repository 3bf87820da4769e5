"""Parts of tables that people publish, with made-up songs."""

import csv
import io
from pathlib import Path

NAMES = "acousticness,danceability,energy,instrumentalness,liveness,loudness,speechiness,tempo,valence"


VALUES = ".1,.5,.6,0,.1,-7.5,.05,120,.4"


HEAD = f"id,name,artists,{NAMES}"


def id_of(number: int) -> str:
    return f"Made1up1Song{number:010d}"


def written(folder: Path, text: str | bytes, encoding: str = "utf-8", name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
    return path


def rows(*songs: str) -> str:
    """A table with these titles and artists, as CSV cells."""
    lines = [f"{id_of(at)},{cells},{VALUES}" for at, cells in enumerate(songs)]
    return "\n".join([HEAD, *lines, ""])


def with_column(name: str, *cells: str) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*HEAD.split(","), name])
    for at, cell in enumerate(cells):
        writer.writerow([id_of(at), f"Song {at}", "Vera Quill", *VALUES.split(","), cell])
    return text.getvalue()


def with_features(**changed: list[float]) -> str:
    [length] = {len(values) for values in changed.values()}
    lines = [HEAD]
    for at in range(length):
        given = dict(zip(NAMES.split(","), VALUES.split(","), strict=True))
        given |= {name: str(values[at]) for name, values in changed.items()}
        lines.append(f"{id_of(at)},Song {at},Vera Quill,{','.join(given.values())}")
    return "\n".join(lines)
