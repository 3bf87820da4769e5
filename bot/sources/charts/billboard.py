"""The Billboard Hot 100, read from its page by the labels a reader sees."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.domain.charts import Chart, ChartEntry, Reason
from bot.domain.errors import ChartNotWhole
from bot.i18n.marking import marked
from bot.sources.charts.validation import require_few, require_whole
from bot.sources.external_values import clean_text
from bot.sources.http_source import HttpSource

NAME = "Billboard"
TITLE = "Billboard Hot 100"
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
"""The page refuses the User-Agents of libraries and bots."""

_ENTRIES = 100
_MOST_TAGS = 60_000  # three times what the page has; beyond, deeply nested ones would take the parser minutes
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_WEEK = re.compile(rf"Week of\s+({_MONTHS})\s+([0-9]{{1,2}}),\s+([0-9]{{4}})")
_CHART_ADDRESS = re.compile(r"/charts/([\w-]+)", re.ASCII)
_OWN_ADDRESSES = (
    ('link[rel="canonical"]', "href"),
    ('meta[property="og:url"]', "content"),
    ("#chart-date-picker", "data-link"),
)
_NUMBER = re.compile(r"[0-9]{1,4}")
_FIGURES: Mapping[str, str] = {
    "LW": "last_week",
    "LAST WEEK": "last_week",
    "PEAK": "peak",
    "PEAK POS.": "peak",
    "PEAK POSITION": "peak",
    "WEEKS": "weeks",
    "WKS ON CHART": "weeks",
    "WEEKS ON CHART": "weeks",
}


class Billboard(HttpSource):
    """A `ChartSource` for the Hot 100."""

    name = NAME
    url = "https://www.billboard.com"
    seconds = 15.0

    async def fetch(self) -> Chart:
        """Return the page's current week.

        Raises:
            ChartNotWhole: the page is there, but not a whole chart with its week.
            SourceUnavailable: there is no page.
        """
        headers = {"User-Agent": _BROWSER, "Accept": "text/html", "Accept-Language": "en-US,en;q=0.8"}
        return await self.ask("charts/hot-100/", parse, headers=headers)


def parse(html: str) -> Chart:
    """Read a Hot 100 page, with labels (since 2025) or without (before).

    Raises:
        ChartNotWhole: no week, another chart, or not a hundred named entries in order.
    """
    if html.count("<") > _MOST_TAGS:
        raise ChartNotWhole(NAME, Reason(marked("the page is larger than a chart")))
    page = LexborHTMLParser(html.encode("utf-8", "replace"))
    week = _week(page, html)
    if week is None:
        raise ChartNotWhole(NAME, Reason(marked("the chart names no week")))
    if not _is_hot_100(page):
        raise ChartNotWhole(NAME, Reason(marked("the page shows another chart")))
    rows = page.css("div.o-chart-results-list-row-container")
    require_few(rows, source=NAME, at_most=_ENTRIES)
    chart = Chart("billboard", TITLE, week, tuple(_entry(row) for row in rows))
    return require_whole(chart, at_least=_ENTRIES, source=NAME)


def _is_hot_100(page: LexborHTMLParser) -> bool:
    """Whether the page says that it is the Hot 100: by its addresses, else by its titles.

    The page of another chart also links to the Hot 100 and names it, so only what speaks of the page itself
    counts: it must name the Hot 100 and no other chart.
    """
    addresses = [
        node.attributes.get(attribute) or ""
        for selector, attribute in _OWN_ADDRESSES
        for node in page.css(selector)
    ]
    if charts := {match[1].lower() for address in addresses if (match := _CHART_ADDRESS.search(address))}:
        return charts == {"hot-100"}
    titles = [_text(node) for node in page.css("title, h1")]
    titles += [node.attributes.get("content") or "" for node in page.css('meta[property="og:title"]')]
    return any("hot 100" in title.lower() for title in titles) and not any(
        "billboard 200" in title.lower() for title in titles
    )


def _week(page: LexborHTMLParser, html: str) -> date | None:
    picker = page.css_first("#chart-date-picker")
    if picker is not None and (given := picker.attributes.get("data-date")):
        try:
            return date.fromisoformat(given.strip())
        except ValueError:
            pass  # the headline says it too
    if (headline := _WEEK.search(html)) is None:
        return None
    month, day, year = headline.groups()
    try:
        return date(int(year), _MONTHS.split("|").index(month) + 1, int(day))
    except ValueError:
        return None


def _entry(row: LexborNode) -> ChartEntry:
    """Read one row; what cannot be read is 0 or empty, which no whole chart has."""
    rank = row.css_first("span.c-label")
    spans = _spans_after_title(row)
    title = row.css_first("h3.c-title")
    credit = next((index for index, span in enumerate(spans) if _is_credit(span)), None)
    place = _number(_text(rank)) or 0
    figures = _figures(spans[credit + 1 :], place) if credit is not None else {}
    return ChartEntry(
        rank=place,
        title=_text(title),
        artist=_text(spans[credit]) if credit is not None else "",
        last_week=figures.get("last_week"),
        peak=figures.get("peak"),
        weeks=figures.get("weeks"),
    )


def _spans_after_title(row: LexborNode) -> list[LexborNode]:
    spans: list[LexborNode] = []
    title_seen = False
    for node in row.css("h3.c-title, span"):
        title_seen = title_seen or node.tag == "h3"
        if title_seen and node.tag == "span":
            spans.append(node)
    return spans


def _is_credit(span: LexborNode) -> bool:
    return any(name.startswith(("a-no-trucate", "a-truncate-ellipsis")) for name in _classes(span))


def _figures(spans: Sequence[LexborNode], rank: int) -> dict[str, int | None]:
    """Read last week, peak and weeks: by label where there are labels, else the last three plain cells.

    Counting columns would read "WEEKS AT NO. 1", which stands on some rows only, as another figure.
    Each figure stands there twice (for wide and narrow screens); the first counts. Plain cells are taken
    only if they can be what they should: no song stands or stood higher than its peak.
    """
    if labelled := list(_labelled(spans)):
        return {_FIGURES[label]: _number(value) for label, value in reversed(labelled) if label in _FIGURES}
    cells = [text for span in spans if "c-label" in _classes(span) and _is_cell(text := _text(span))]
    last_week, peak, weeks = map(_number, cells[-3:]) if len(cells) >= 3 else (None, None, None)
    if peak is None or peak > rank or (last_week is not None and peak > last_week):
        return {}
    return {"last_week": last_week, "peak": peak, "weeks": weeks}


def _labelled(spans: Sequence[LexborNode]) -> Iterator[tuple[str, str]]:
    label: str | None = None
    for span in spans:
        classes = _classes(span)
        if "c-span" in classes:
            label = _text(span).upper()
        elif "c-label" in classes and label is not None:
            yield label, _text(span)
            label = None


def _is_cell(text: str) -> bool:
    return text == "-" or _number(text) is not None


def _number(text: str) -> int | None:
    return int(text) or None if _NUMBER.fullmatch(text) else None


def _text(node: LexborNode | None) -> str:
    return clean_text(node.text()) if node is not None else ""


def _classes(node: LexborNode) -> Sequence[str]:
    return (node.attributes.get("class") or "").split()
