"""Billboard's page, Apple's feed and all of Deezer on one server, the charts of one week."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import Literal

from aiohttp import web

from tests.support.stand_ins.deezer import DeezerStandIn
from tests.support.stand_ins.songs import ChartRow, made_up_week, this_week

Markup = Literal["labelled", "plain"]
CHARTS = {"hot-100": "Billboard Hot 100", "billboard-200": "Billboard 200"}

BILLBOARD_PATH = "/charts/hot-100/"
APPLE_PATH = "/api/v2/"
DEEZER_PATH = "/chart/0/tracks"


@dataclass
class ChartsStandIn(DeezerStandIn):
    """Serves `rows` in three ways; use `fault_path` (or several servers) to let only one of them fail.

    Attributes:
        rows: the week, in order of rank.
        week: its date; the chart of today unless told otherwise.
        markup: Billboard's page with labels (2026) or without (2021, 2022).
    """

    rows: list[ChartRow] = field(default_factory=made_up_week)
    week: date = field(default_factory=this_week)
    markup: Markup = "labelled"

    def routes(self) -> list[web.RouteDef]:
        return [
            *super().routes(),
            web.get(BILLBOARD_PATH, self._billboard),
            web.get("/api/v2/{country}/music/most-played/{limit}/songs.json", self._apple),
            web.get(DEEZER_PATH, self._deezer),
        ]

    async def _billboard(self, request: web.Request) -> web.Response:
        if not request.headers.get("User-Agent", "").startswith("Mozilla/"):
            return web.Response(text="Forbidden", status=403)
        page = billboard_page(self.rows, self.week, markup=self.markup)
        return web.Response(text=page, content_type="text/html")

    async def _apple(self, request: web.Request) -> web.Response:
        limit = int(request.match_info["limit"])
        return web.json_response(apple_feed(self.rows[:limit], self.week, request.match_info["country"]))

    async def _deezer(self, request: web.Request) -> web.Response:
        return self.tell(deezer_chart(self.rows[: int(request.query.get("limit", "10"))]))


def billboard_page(
    rows: Sequence[ChartRow], week: date, *, markup: Markup = "labelled", chart: str = "hot-100"
) -> str:
    """A chart's page in the markup of September 2026, or in that of 2022."""
    show = _labelled_row if markup == "labelled" else _plain_row
    headline = f"Week of {week:%B} {week.day}, {week.year}"
    return f"""<!DOCTYPE html>
<html lang="en-US"><head><meta charset="utf-8"><title>{CHARTS[chart]} &#8211; Billboard</title>
<link rel="canonical" href="https://www.billboard.com/charts/{chart}/">
<meta property="og:title" content="{CHARTS[chart]}"></head>
<body><nav><a href="https://www.billboard.com/charts/hot-100/">Billboard Hot 100&#8482;</a>
<a href="https://www.billboard.com/charts/billboard-200/">Billboard 200&#8482;</a></nav>
<div id="chart-date-picker" data-date="{week.isoformat()}"
 data-link="https://www.billboard.com/charts/{chart}/">
<p class="c-tagline">{headline}</p></div>
<div class="chart-results-list">
{"".join(show(row) for row in rows)}
</div></body></html>"""


def _labelled_row(row: ChartRow) -> str:
    """Each figure has its label; "WEEKS AT NO. 1" stands, between the others, where there are any."""
    figures = [("LW", row.last_week), ("PEAK", row.peak), ("WEEKS", row.weeks)]
    if row.peak == 1:
        figures.insert(2, ("WEEKS AT NO. 1", min(row.weeks, 3)))
    cells = "".join(
        f'<li class="o-chart-results-list__item"><span class="c-span a-font-primary-xs">{label}</span>'
        f'<span class="c-label a-font-primary-m">\n\t{_figure(value)}\n</span></li>'
        for label, value in figures
    )
    fresh = '<span class="c-label a-font-primary-bold-xxs">NEW</span>' if row.last_week is None else ""
    return f"""
<div class="o-chart-results-list-row-container"><ul class="o-chart-results-list-row">
<li><span class="c-label a-font-primary-bold-l">\n\t{row.rank}\n</span>{fresh}</li>
<li><ul><li>
<h3 class="c-title a-font-primary-bold-s"><a href="#song">{html.escape(row.title)}</a></h3>
<span class="c-label a-truncate-ellipsis-2line a-font-primary-s">{_linked(row.artist)}</span>
</li>{cells}</ul></li>
<li class="u-hidden@tablet"><ul>{cells}</ul></li>
</ul><div><h3 class="c-title">Songwriter(s):</h3><span class="c-span">Copy Link</span></div></div>"""


def _plain_row(row: ChartRow) -> str:
    cells = "".join(
        f'<li><span class="c-label a-font-primary-m">\n\t{_figure(value)}\n</span></li>'
        for value in (row.last_week, row.peak, row.weeks)
    )
    fresh = '<li><span class="c-label u-width-40">NEW</span></li>' if row.last_week is None else ""
    return f"""
<div class="o-chart-results-list-row-container"><ul class="o-chart-results-list-row">
<li><span class="c-label a-font-primary-bold-l">\n\t{row.rank}\n</span></li>{fresh}
<li><ul><li>
<h3 id="title-of-a-story" class="c-title a-no-trucate">\n\t{html.escape(row.title)}\n</h3>
<span class="c-label a-no-trucate a-font-primary-s">\n\t{html.escape(row.artist)}\n</span>
</li>{cells}<li><ul>{cells}</ul></li></ul></li>
</ul><div><h3 class="c-title">Songwriter(s):</h3><span class="c-span">Copy Link</span></div></div>"""


def _linked(artist: str) -> str:
    first, ampersand, rest = artist.partition(" & ")
    return f'<a href="#artist">{html.escape(first)}</a>{html.escape(ampersand + rest)}'


def _figure(value: int | None) -> str:
    return "-" if value is None else str(value)


def apple_feed(rows: Sequence[ChartRow], week: date, country: str = "us") -> Mapping[str, object]:
    """The official feed; order is rank."""
    moment = datetime(week.year, week.month, week.day, 8, 13, 31, tzinfo=UTC)
    return {
        "feed": {
            "title": "Top Songs",
            "country": country,
            "updated": format_datetime(moment),
            "results": [
                {
                    "id": str(1_000_000 + row.rank),
                    "name": row.title,
                    "artistName": row.artist,
                    "releaseDate": "2026-01-02",
                    **({"contentAdvisoryRating": "Explict"} if row.explicit else {}),
                    "genres": [{"name": "Music"}],
                    "url": f"https://music.apple.com/{country}/song/{1_000_000 + row.rank}",
                }
                for row in rows
            ],
        }
    }


def deezer_chart(rows: Sequence[ChartRow]) -> Mapping[str, object]:
    """The chart as its API gives it, without a date."""
    return {
        "data": [
            {
                "id": row.rank,
                "title": row.title,
                "artist": {"name": row.artist},
                "explicit_lyrics": row.explicit,
                "duration": 201,
                "position": row.rank,
                "link": f"https://www.deezer.com/track/{row.rank}",
            }
            for row in rows
        ],
        "total": len(rows),
    }
