"""A server's settings: panel, changes, log."""

from dataclasses import fields

import discord

from bot.domain.guilds import Change, Explicit, GuildSettings, begins_chat
from bot.domain.pages import Page
from bot.i18n.marking import marked
from bot.i18n.translator import Translator
from bot.presentation.embeds import WAVE, fitting, place_of
from bot.presentation.texts import TITLE_LIMIT, names, shown

EXPLICIT: dict[Explicit | None, str] = {
    None: marked("as whoever hosts me decided"),
    "never": marked("never"),
    "age-restricted": marked("only in age-restricted channels"),
    "always": marked("always"),
}
_NAMES = {
    "prefix": marked("Prefix"),
    "channels": marked("Channels where I answer"),
    "explicit": marked("Explicit songs"),
    "player": marked("Spotify's player under answers"),
    "dj_role": marked("DJ role"),
    "quiet": marked("Quiet mode"),
}
_DONE = {
    "pinned": marked("pinned {name}"),
    "unpinned": marked("unpinned {name}"),
    "blocked": marked("blocked {name}"),
    "unblocked": marked("unblocked {name}"),
    "blocked artist": marked("blocked the artist {name}"),
    "unblocked artist": marked("unblocked the artist {name}"),
}


def panel(settings: GuildSettings, server: str, prefix: str, translate: Translator) -> discord.Embed:
    """The current settings.

    Args:
        server: the server's name. prefix: the operator's prefix.
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
        value = _value(name, getattr(settings, name), prefix, translate)
        embed.add_field(name=translate(heading), value=value, inline=name not in ("channels", "explicit"))
    return embed


def changed(before: GuildSettings, after: GuildSettings, prefix: str, translate: Translator) -> str:
    """The changes of a press, one per line."""
    lines = [
        translate(
            "{setting}: {after} (before: {before})",
            setting=translate(_NAMES[field.name]),
            after=_value(field.name, getattr(after, field.name), prefix, translate),
            before=_value(field.name, getattr(before, field.name), prefix, translate),
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


def log_page(page: Page[Change], prefix: str, translate: Translator) -> discord.Embed:
    """A page of the change log."""
    lines = [_line(change, prefix, translate) for change in page.items]
    embed = discord.Embed(
        title=translate("What moderators changed"),
        description=fitting(lines) if lines else translate("Nothing yet."),
        colour=WAVE,
    )
    embed.set_footer(text=place_of(page, translate))
    return embed


def _line(change: Change, prefix: str, translate: Translator) -> str:
    who = f"<@{change.moderator}>" if change.moderator else translate("somebody who asked to be forgotten")
    return f"<t:{int(change.at.timestamp())}:f> {who} · {_what(change, prefix, translate)}"


def _what(change: Change, prefix: str, translate: Translator) -> str:
    if change.what in _NAMES:
        return translate(
            "{setting}: {before} → {after}",
            setting=translate(_NAMES[change.what]),
            before=_shortened(_value(change.what, change.before, prefix, translate)),
            after=_shortened(_value(change.what, change.after, prefix, translate)),
        )
    match change.after:
        case [str(title), [*artists]]:
            about = translate(
                "**{title}** by {artists}", title=shown(title, 80), artists=names(list(map(str, artists)), 60)
            )
        case _:
            about = f"**{shown(str(change.after), 80)}**"
    return translate(_DONE[change.what], name=about)


def _value(name: str, value: object, prefix: str, translate: Translator) -> str:
    match name, value:
        case "prefix", None:
            return translate("`{prefix}` (as whoever hosts me decided)", prefix=prefix)
        case "prefix", str():
            return f"`{value}`"
        case "channels", list() | frozenset():
            return " ".join(f"<#{channel}>" for channel in sorted(value)) or translate("everywhere")
        case "explicit", _:
            return translate(EXPLICIT[value])  # type: ignore[index]
        case "dj_role", None:
            return translate("everybody")
        case "dj_role", _:
            return f"<@&{value}>"
        case _:
            return translate("on") if value else translate("off")


def _shortened(value: str) -> str:
    return value if len(value) <= 300 else value[: value.rindex(" ", 0, 300)] + " …"
