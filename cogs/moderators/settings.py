"""`/settings`: the settings panel and the change log."""

from collections.abc import Sequence
from typing import Any, Self, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.bot import Samewave
from bot.client.guild_settings import settings_in, without_deleted
from bot.client.interactions import defer_if_slow, edit_source_message
from bot.domain.guilds import LONGEST_PREFIX, MOST_CHANNELS, Explicit, Familiarity, GuildSettings
from bot.i18n.translator import Translator, translator_of
from bot.presentation import settings_panel
from cogs.components import PAGE, MessageItem, PageButton, PersistentButton, field_in, page_view, view_of
from cogs.misspelt_commands import check_subcommand
from cogs.moderators.checks import SETTINGS, guild_of_moderator, moderators_only
from cogs.replies import Context, Press

_AS_HOST, _NEITHER = "default", "neither"
_PREFIX_FORM = "settings:prefix form"
_CHANNELS = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
    discord.ChannelType.forum,
]


class ChooseChannels(MessageItem[discord.ui.ChannelSelect[Any]], template=r"settings:channels"):
    """The menu of channels where the bot answers; an empty selection means all channels."""

    anywhere = True

    @classmethod
    def showing(cls, chosen: Sequence[discord.abc.GuildChannel], translate: Translator) -> Self:
        """A menu with the current channels selected."""
        return cls(
            discord.ui.ChannelSelect(
                custom_id="settings:channels",
                placeholder=translate("Channels where I answer: all of them"),
                channel_types=_CHANNELS,
                min_values=0,
                max_values=MOST_CHANNELS,
                default_values=chosen[:MOST_CHANNELS],
            )
        )

    async def work(self, interaction: Press) -> None:
        await _change(interaction, channels=frozenset(channel.id for channel in self.item.values))


class ChooseDjRole(MessageItem[discord.ui.RoleSelect[Any]], template=r"settings:dj"):
    """The menu of the DJ role; an empty selection means everyone."""

    anywhere = True

    @classmethod
    def showing(cls, chosen: discord.Role | None, translate: Translator) -> Self:
        """A menu with the current role selected."""
        return cls(
            discord.ui.RoleSelect(
                custom_id="settings:dj",
                placeholder=translate("DJ role for sessions: everybody"),
                min_values=0,
                default_values=[chosen] if chosen else [],
            )
        )

    async def work(self, interaction: Press) -> None:
        await _change(interaction, dj_role=self.item.values[0].id if self.item.values else None)


class ChooseExplicit(MessageItem[discord.ui.Select[Any]], template=r"settings:explicit"):
    """The menu of the rule for explicit songs."""

    anywhere = True

    @classmethod
    def showing(
        cls, settings: GuildSettings, defaults: settings_panel.Defaults, translate: Translator
    ) -> Self:
        """A menu with the current rule selected."""
        about = translate("Explicit songs")
        rules = {
            choice or _AS_HOST: translate(
                "{name}: {value}", name=about, value=settings_panel.explicit_rule(choice, defaults, translate)
            )
            for choice in (None, *settings_panel.EXPLICIT)
        }
        return cls(_menu("settings:explicit", rules, settings.explicit or _AS_HOST))

    async def work(self, interaction: Press) -> None:
        [chosen] = self.item.values
        await _change(interaction, explicit=None if chosen == _AS_HOST else cast("Explicit", chosen))


class ChooseFamiliarity(MessageItem[discord.ui.Select[Any]], template=r"settings:familiarity"):
    """The menu of whether well known or hidden songs are preferred."""

    anywhere = True

    @classmethod
    def showing(cls, settings: GuildSettings, translate: Translator) -> Self:
        """A menu with the current choice selected."""
        about = translate("Well known or hidden")
        choices = {
            choice or _NEITHER: translate("{name}: {value}", name=about, value=translate(words))
            for choice, words in settings_panel.FAMILIARITY.items()
        }
        return cls(_menu("settings:familiarity", choices, settings.familiarity or _NEITHER))

    async def work(self, interaction: Press) -> None:
        [chosen] = self.item.values
        await _change(interaction, familiarity=None if chosen == _NEITHER else cast("Familiarity", chosen))


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
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_installs(guilds=True, users=False)
    @moderators_only
    async def settings(self, context: Context) -> None:
        """Shows this server's settings, to look at and to change (moderators only).

        Prefix, channels, explicit songs, known or hidden ones, Spotify's player, the DJ role, the quiet mode.
        """
        check_subcommand(context)
        assert context.guild is not None  # noqa: S101
        settings = await settings_in(context.bot, context.guild)
        translate = translator_of(context)
        defaults = _defaults(context.bot)
        panel = settings_panel.panel(settings, context.guild.name, defaults, translate)
        view = _controls(settings, context.guild, defaults, translate)
        await context.reply(embed=panel, view=view, ephemeral=True)

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

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Delete the data of a server that removed the bot."""
        if self._bot.services.processes.shards.owns(guild.id):
            await self._bot.services.guilds.settings.forget(guild.id)
            self._bot.services.guilds.moderation.drop(guild.id)

    def __init__(self, bot: Samewave) -> None:
        self._bot = bot


async def _change(interaction: Press, **changes: object) -> None:
    """Change a setting, update the panel, and confirm ephemerally."""
    guild = guild_of_moderator(interaction)
    before, after = await defer_if_slow(
        interaction.client.services.guilds.settings.change(guild, interaction.user.id, **changes),
        interaction.response.defer,
    )
    translate = translator_of(interaction)
    defaults = _defaults(interaction.client)
    server = interaction.guild.name if interaction.guild else ""
    panel = settings_panel.panel(without_deleted(after, interaction.guild), server, defaults, translate)
    view = _controls(after, interaction.guild, defaults, translate)
    await edit_source_message(interaction, embed=panel, view=view)
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


def _menu(custom_id: str, choices: dict[str, str], chosen: str) -> discord.ui.Select[Any]:
    """A menu of one choice: the words for each value, with the current one selected."""
    options = [
        discord.SelectOption(label=words, value=value, default=value == chosen)
        for value, words in choices.items()
    ]
    return discord.ui.Select(custom_id=custom_id, options=options)


def _controls(
    settings: GuildSettings,
    guild: discord.Guild | None,
    defaults: settings_panel.Defaults,
    translate: Translator,
) -> discord.ui.View:
    channels = [channel for channel in map(guild.get_channel, settings.channels) if channel] if guild else []
    role = guild.get_role(settings.dj_role) if guild and settings.dj_role else None
    return view_of(
        ChooseChannels.showing(channels, translate),
        ChooseExplicit.showing(settings, defaults, translate),
        ChooseFamiliarity.showing(settings, translate),
        ChooseDjRole.showing(role, translate),
        Switch(translate, "player", "off" if settings.player else "on"),
        Switch(translate, "quiet", "off" if settings.quiet else "on"),
        AskPrefix(translate),
    )


async def setup(bot: Samewave) -> None:
    """Add the cog, its menus and buttons."""
    bot.add_dynamic_items(
        *(ChooseChannels, ChooseDjRole, ChooseExplicit, ChooseFamiliarity, Switch, AskPrefix, TurnLog)
    )
    await bot.add_cog(SettingsCommands(bot))
