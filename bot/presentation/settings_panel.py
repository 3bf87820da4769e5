"""A server's settings: panel, changes, log."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import discord

from bot.domain.guilds import Change, Explicit, Familiarity, GuildSettings, begins_chat
from bot.domain.pagination import Page
from bot.i18n.marking import marked
from bot.i18n.translator import Translator
from bot.presentation.embeds import WAVE, lines_page
from bot.presentation.texts import TITLE_LIMIT, names, shown

EXPLICIT: dict[Explicit, str] = {
    "never": marked("never"),
    "age-restricted": marked("only in age-restricted channels"),
    "always": marked("always"),
}
FAMILIARITY: dict[Familiarity | None, str] = {
    None: marked("both alike"),
    "known": marked("well known ones first"),
    "hidden": marked("hidden ones first"),
}
_NAMES = {
    "prefix": marked("Prefix"),
    "channels": marked("Channels where I answer"),
    "explicit": marked("Explicit songs"),
    "player": marked("Spotify's player under answers"),
    "dj_role": marked("DJ role"),
    "quiet": marked("Quiet mode"),
    "familiarity": marked("Well known or hidden songs"),
}
_MENUS: dict[str, tuple[str, Sequence[str | None]]] = {
    "explicit": (marked("Explicit songs"), (None, *EXPLICIT)),
    "familiarity": (marked("Well known or hidden"), (*FAMILIARITY,)),
}
"""The headings and the values of settings with a few values."""
_LONG = ("channels", "explicit", "familiarity")
_DONE = {
    "pinned": marked("pinned {name}"),
    "unpinned": marked("unpinned {name}"),
    "blocked": marked("blocked {name}"),
    "unblocked": marked("unblocked {name}"),
    "blocked artist": marked("blocked the artist {name}"),
    "unblocked artist": marked("unblocked the artist {name}"),
    "daily on": marked("turned on a daily post: {name}"),
    "daily off": marked("turned off a daily post: {name}"),
    "named song": marked("said that {name} was meant by a song nobody could find"),
    "unnamed song": marked("took back that {name} was meant by a song nobody could find"),
}


@dataclass(frozen=True, slots=True)
class Defaults:
    """The settings of a server that chose nothing.

    Attributes:
        prefix: the operator's. explicit: the operator's rule.
    """

    prefix: str
    explicit: Explicit


def choices(name: str, defaults: Defaults, translate: Translator) -> dict[str | None, str]:
    """The options of a setting's menu by their values."""
    heading, values = _MENUS[name]
    return {
        value: translate(
            "{name}: {value}", name=translate(heading), value=_value(name, value, defaults, translate)
        )
        for value in values
    }


def panel(settings: GuildSettings, server: str, defaults: Defaults, translate: Translator) -> discord.Embed:
    """The current settings.

    Args:
        server: the server's name.
    """
    embed = discord.Embed(
        title=shown(translate("Settings of {server}", server=server), TITLE_LIMIT),
        description=translate(
            "Choose below; it counts at once. Only moderators (with the permission Manage Server) can, and "
            "every change is in `/settings log`."
        ),
        colour=WAVE,
    )
    for name, heading in _NAMES.items():
        value = _value(name, getattr(settings, name), defaults, translate)
        embed.add_field(name=translate(heading), value=value, inline=name not in _LONG)
    return embed


def changed(before: GuildSettings, after: GuildSettings, defaults: Defaults, translate: Translator) -> str:
    """The changes of a press, one per line."""
    lines = [
        translate(
            "{setting}: {after} (before: {before})",
            setting=translate(_NAMES[field.name]),
            after=_value(field.name, getattr(after, field.name), defaults, translate),
            before=_value(field.name, getattr(before, field.name), defaults, translate),
        )
        for field in fields(GuildSettings)
        if getattr(before, field.name) != getattr(after, field.name)
    ]
    if after.prefix is not None and after.prefix != before.prefix and begins_chat(after.prefix):
        lines.append(
            "⚠️ "
            + translate(
                "Messages that are not for me may begin with `{prefix}` too; `!` or `sw!` is safer.",
                prefix=after.prefix,
            )
        )
    return "✅ " + "\n".join(lines) if lines else translate("Nothing changed: it was like that before.")


def log_page(page: Page[Change], defaults: Defaults, translate: Translator) -> discord.Embed:
    """A page of the change log."""
    lines = [_line(change, defaults, translate) for change in page.items]
    title, empty = translate("What moderators changed"), translate("Nothing yet.")
    return lines_page(title, lines, page, translate, empty)


def _line(change: Change, defaults: Defaults, translate: Translator) -> str:
    who = f"<@{change.moderator}>" if change.moderator else translate("somebody who asked to be forgotten")
    return f"<t:{int(change.at.timestamp())}:f> {who} · {_what(change, defaults, translate)}"


def _what(change: Change, defaults: Defaults, translate: Translator) -> str:
    if change.what in _NAMES:
        return translate(
            "{setting}: {before} → {after}",
            setting=translate(_NAMES[change.what]),
            before=_shortened(_value(change.what, change.before, defaults, translate)),
            after=_shortened(_value(change.what, change.after, defaults, translate)),
        )
    match change.after:
        case [str(title), [*artists]]:
            about = translate(
                "**{title}** by {artists}", title=shown(title, 80), artists=names(list(map(str, artists)), 60)
            )
        case _:
            about = f"**{shown(str(change.after), 80)}**"
    return translate(_DONE[change.what], name=about)


def _value(name: str, value: object, defaults: Defaults, translate: Translator) -> str:
    match name, value:
        case "prefix", None:
            return translate("`{prefix}` (the default)", prefix=defaults.prefix)
        case "prefix", str():
            return f"`{value}`"
        case "channels", list() | frozenset():
            return " ".join(f"<#{channel}>" for channel in sorted(value)) or translate("everywhere")
        case "explicit", None:
            return translate("{rule} (the default)", rule=translate(EXPLICIT[defaults.explicit]))
        case "explicit", _:
            return translate(EXPLICIT[value])  # type: ignore[index]
        case "familiarity", _:
            return translate(FAMILIARITY[value])  # type: ignore[index]
        case "dj_role", None:
            return translate("everybody")
        case "dj_role", _:
            return f"<@&{value}>"
        case _:
            return translate("on") if value else translate("off")


def _shortened(value: str) -> str:
    return value if len(value) <= 300 else value[: value.rindex(" ", 0, 300)] + " …"
