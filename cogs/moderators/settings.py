"""`/settings`: the settings panel and the change log."""

from typing import Any

import discord
from discord.ext import commands

from bot.client.bot import Samewave
from bot.client.guild_settings import settings_in, without_deleted
from bot.client.interactions import defer_if_slow, edit_source_message
from bot.domain.guilds import LONGEST_PREFIX, MOST_CHANNELS, GuildSettings
from bot.i18n.translator import Translator, translator_of
from bot.presentation import settings_panel
from cogs.components import PAGE, MessageItem, PageButton, PersistentButton, field_in, page_view, view_of
from cogs.misspelt_commands import check_subcommand
from cogs.moderators.checks import SETTINGS, guild_of_moderator, moderators_only
from cogs.replies import Context, Press

_UNSET = {"explicit": "default", "familiarity": "neither"}
"""The values of None in the menus of these settings."""
_PREFIX_FORM = "settings:prefix form"
_CHANNELS = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
    discord.ChannelType.forum,
]


class ChooseSetting(MessageItem[Any], template=r"settings:(?P<what>channels|dj|explicit|familiarity)"):
    """A menu of channels, of roles, or of a setting's values; nothing selected is everywhere or everybody."""

    anywhere = True

    async def work(self, interaction: Press) -> None:
        chosen = self.item.values
        match self.state["what"]:
            case "channels":
                await _change(interaction, channels=frozenset(channel.id for channel in chosen))
            case "dj":
                await _change(interaction, dj_role=chosen[0].id if chosen else None)
            case name:
                await _change(interaction, **{name: None if chosen[0] == _UNSET[name] else chosen[0]})


class Switch(PersistentButton, template=r"settings:(?P<what>player|quiet):(?P<to>on|off)"):
    """Sets the player or the quiet mode to the value on the button, whatever it is now."""

    anywhere = True

    def __init__(self, translate: Translator, what: str, to: str) -> None:
        name = translate("Spotify's player") if what == "player" else translate("Quiet mode")
        now = translate("off") if to == "on" else translate("on")
        style = discord.ButtonStyle.secondary if to == "on" else discord.ButtonStyle.success
        label = translate("{name}: {value}", name=name, value=now)
        super().__init__(f"settings:{what}:{to}", label, style=style)
        self.what, self.to = what, to

    async def work(self, interaction: Press) -> None:
        await _change(interaction, **{self.what: self.to == "on"})


class AskPrefix(PersistentButton, template=r"settings:prefix"):
    """The button that opens the form for the prefix."""

    anywhere = True

    def __init__(self, translate: Translator) -> None:
        super().__init__("settings:prefix", translate("Prefix") + " …")

    async def work(self, interaction: Press) -> None:
        """Open the form; `SettingsCommands` handles its submission."""
        guild = guild_of_moderator(interaction)
        settings = await interaction.client.services.guilds.settings.of(guild)
        translate = translator_of(interaction)
        form = discord.ui.Modal(title=translate("Prefix"), custom_id=_PREFIX_FORM)
        form.add_item(
            discord.ui.Label(
                text=translate("What text commands begin with"),
                description=translate("Empty: as my host decided. A mention always works."),
                component=discord.ui.TextInput(
                    custom_id="prefix", default=settings.prefix, required=False, max_length=LONGEST_PREFIX
                ),
            )
        )
        form.stop()  # not stored: it may be submitted after a restart
        await interaction.response.send_modal(form)


class TurnLog(PageButton, template=rf"settings-log:{PAGE}"):
    """Shows another page of the log."""

    what = "settings-log"
    anywhere = True

    async def work(self, interaction: Press) -> None:
        guild = guild_of_moderator(interaction)
        await interaction.response.edit_message(**await _log(interaction, guild, self.page))


class SettingsCommands(commands.Cog, name="Settings"):
    """For moderators."""

    @commands.hybrid_group(case_insensitive=True, fallback="show", aliases=["config"], extras=SETTINGS)  # type: ignore[arg-type]
    @moderators_only
    async def settings(self, context: Context) -> None:
        """Shows this server's settings, to look at and to change (moderators only).

        Prefix, channels, explicit songs, known or hidden ones, Spotify's player, the DJ role, the quiet mode.
        """
        check_subcommand(context)
        assert context.guild is not None  # noqa: S101
        settings = await settings_in(context.bot, context.guild)
        parts = _panel(settings, context.guild, _defaults(context.bot), translator_of(context))
        await context.reply(**parts, ephemeral=True)

    @settings.command(extras=SETTINGS)  # type: ignore[arg-type]
    @moderators_only
    async def log(self, context: Context) -> None:
        """Shows who changed what, newest first (moderators only)."""
        assert context.guild is not None  # noqa: S101
        await context.reply(**await _log(context, context.guild.id, 0), ephemeral=True)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction[Samewave]) -> None:
        """Handle the submitted prefix form, even if it was opened before a restart."""
        if interaction.type is not discord.InteractionType.modal_submit or interaction.data is None:
            return
        if interaction.data.get("custom_id") != _PREFIX_FORM:
            return
        try:
            await interaction.client.admit(interaction, anywhere=True)
            await _change(interaction, prefix=field_in(interaction.data, "prefix").strip() or None)
        except Exception as error:
            await interaction.client.answer_failure(interaction, error)


async def _change(interaction: Press, **changes: object) -> None:
    """Change a setting, update the panel, and confirm ephemerally."""
    guild = guild_of_moderator(interaction)
    before, after = await defer_if_slow(
        interaction.client.services.guilds.settings.change(guild, interaction.user.id, **changes),
        interaction.response.defer,
    )
    translate, defaults = translator_of(interaction), _defaults(interaction.client)
    shown = without_deleted(after, interaction.guild)
    await edit_source_message(interaction, **_panel(shown, interaction.guild, defaults, translate))
    words = settings_panel.changed(before, after, defaults, translate)
    await interaction.followup.send(words, ephemeral=True)


async def _log(source: Context | Press, guild: int, number: int) -> dict[str, Any]:
    client = source.bot if isinstance(source, commands.Context) else source.client
    page = await client.services.guilds.settings.log(guild, number)
    translate = translator_of(source)
    embed = settings_panel.log_page(page, _defaults(client), translate)
    return {"embed": embed, "view": page_view(TurnLog, page, translate)}


def _defaults(client: Samewave) -> settings_panel.Defaults:
    return settings_panel.Defaults(client.text_prefix, client.services.scope.explicit)


def _panel(
    settings: GuildSettings,
    guild: discord.Guild | None,
    defaults: settings_panel.Defaults,
    translate: Translator,
) -> dict[str, Any]:
    """The parts of the panel's message."""
    channels = [channel for channel in map(guild.get_channel, settings.channels) if channel] if guild else []
    role = guild.get_role(settings.dj_role) if guild and settings.dj_role else None
    channel_menu = discord.ui.ChannelSelect[Any](
        custom_id="settings:channels",
        placeholder=translate("Channels where I answer: all of them"),
        channel_types=_CHANNELS,
        min_values=0,
        max_values=MOST_CHANNELS,
        default_values=channels[:MOST_CHANNELS],
    )
    role_menu = discord.ui.RoleSelect[Any](
        custom_id="settings:dj",
        placeholder=translate("DJ role for sessions: everybody"),
        min_values=0,
        default_values=[role] if role else [],
    )
    return {
        "embed": settings_panel.panel(settings, guild.name if guild else "", defaults, translate),
        "view": view_of(
            channel_menu,
            *(_menu(name, settings, defaults, translate) for name in _UNSET),
            role_menu,
            Switch(translate, "player", "off" if settings.player else "on"),
            Switch(translate, "quiet", "off" if settings.quiet else "on"),
            AskPrefix(translate),
        ),
    }


def _menu(
    name: str, settings: GuildSettings, defaults: settings_panel.Defaults, translate: Translator
) -> discord.ui.Select[Any]:
    options = [
        discord.SelectOption(
            label=label, value=value or _UNSET[name], default=value == getattr(settings, name)
        )
        for value, label in settings_panel.choices(name, defaults, translate).items()
    ]
    return discord.ui.Select(custom_id=f"settings:{name}", options=options)


async def setup(bot: Samewave) -> None:
    """Add the cog, its menus and buttons."""
    bot.add_dynamic_items(ChooseSetting, Switch, AskPrefix, TurnLog)
    await bot.add_cog(SettingsCommands())
