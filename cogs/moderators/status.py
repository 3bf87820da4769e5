"""`!status`: the hot list, the sources, and queries without results."""

from typing import Any, ClassVar

import discord
from discord.ext import commands

from bot.client.bot import Samewave
from bot.client.interactions import respond
from bot.domain.recommendations import Choice
from bot.domain.unfound import MOST_SHOWN
from bot.i18n.translator import Translator, translator_of
from bot.presentation import status
from bot.services.scope import Scope
from cogs.components import MessageItem, PersistentButton, field_in, view_of
from cogs.moderators.checks import SETTINGS, guild_of_moderator, moderators_only
from cogs.replies import Context, Press, private_scope_of, services_of
from cogs.song_menu import SongCog, song_menu

_FORM = "status-meant:"
_FIELD = "song"


class LookAgain(PersistentButton, template=r"status:again"):
    """Looks queries without results up again."""

    anywhere = True

    def __init__(self, translate: Translator) -> None:
        super().__init__("status:again", translate("Look them up again"))

    async def work(self, interaction: Press) -> None:
        guild, scope = await _moderator(interaction)
        await scope.show_waiting()
        found = await services_of(interaction).guilds.unfound.look_again(scope, guild)
        sentence = status.looked_again(found, translator_of(interaction))
        await respond(interaction, {"content": sentence, "ephemeral": True})


class StatusMenu(MessageItem[discord.ui.Select[Any]], template=r"status:(?P<what>unfound|named)"):
    """The menu of queries without results, or of the songs assigned here.

    A choice opens the form that asks which song was meant, or removes an assignment.
    """

    anywhere = True

    async def work(self, interaction: Press) -> None:
        """Open the form, whose submission `StatusCommands` handles, or take an assignment back."""
        guild, translate = guild_of_moderator(interaction), translator_of(interaction)
        [entry] = self.item.values
        if self.state["what"] == "named":
            taken = await services_of(interaction).guilds.unfound.take_back(
                int(entry), guild=guild, moderator=interaction.user.id
            )
            sentence = status.taken_back(taken, translate)
            await respond(interaction, {"content": sentence, "ephemeral": True})
            return
        form = discord.ui.Modal(title=translate("Which song was meant?"), custom_id=f"{_FORM}{entry}")
        form.add_item(
            discord.ui.Label(
                text=translate("The song"),
                description=translate("A title, artist and title, or a Spotify link"),
                component=discord.ui.TextInput(custom_id=_FIELD, max_length=200),
            )
        )
        form.stop()  # not stored: it may be submitted after a restart
        await interaction.response.send_modal(form)


async def answer_meant(source: Context | Press, query: str, entry: str) -> None:
    """Assign a song to a query without results, or ask which of several is meant."""
    assert isinstance(source, discord.Interaction)  # noqa: S101  # no command leads here
    guild, scope = await _moderator(source)
    found = await services_of(source).guilds.unfound.name(
        int(entry), query, scope, guild=guild, moderator=source.user.id
    )
    translate = translator_of(source)
    if isinstance(found, Choice):
        await respond(source, {**song_menu(source, found, "meant", entry), "ephemeral": True})
    else:
        await respond(source, {"content": status.named(*found, translate), "ephemeral": True})


class StatusCommands(SongCog, name="Status"):
    """How the bot is doing."""

    song_answers: ClassVar = {"meant": answer_meant}

    @commands.hybrid_command(extras=SETTINGS)  # type: ignore[arg-type]
    @moderators_only
    async def status(self, context: Context) -> None:
        """Shows the hot list's age, how my sources do, and the songs nobody could find (moderators only).

        Such songs can be looked up again, or you say which song was meant; that holds in this server until it
        is taken back here.
        """
        assert context.guild is not None  # noqa: S101
        now = await context.bot.services.status(context.guild.id)
        translate = translator_of(context)
        items: list[discord.ui.Item[Any]] = []
        if now.unfound:
            options = [status.unfound_option(song, translate) for song in now.unfound]
            items.append(_menu("unfound", translate("Say which song was meant"), options))
            items.append(LookAgain(translate))
        if now.named:
            options = [status.named_option(one, translate) for one in now.named]
            items.append(_menu("named", translate("Take back which song was meant"), options))
        view: dict[str, Any] = {"view": view_of(*items)} if items else {}
        await context.reply(embed=status.embed(now, translate), ephemeral=True, **view)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction[Samewave]) -> None:
        """Handle the submitted form, even if it was opened before a restart."""
        if interaction.type is not discord.InteractionType.modal_submit or interaction.data is None:
            return
        custom_id = str(interaction.data.get("custom_id", ""))
        entry = custom_id.removeprefix(_FORM)
        if not custom_id.startswith(_FORM) or not entry.isdecimal():
            return
        try:
            await interaction.client.admit(interaction, anywhere=True)
            await answer_meant(interaction, field_in(interaction.data, _FIELD), entry)
        except Exception as error:
            await interaction.client.answer_failure(interaction, error)


def _menu(what: str, placeholder: str, options: list[discord.SelectOption]) -> discord.ui.Select[Any]:
    custom_id = f"status:{what}"
    return discord.ui.Select(custom_id=custom_id, placeholder=placeholder, options=options[:MOST_SHOWN])


async def _moderator(press: Press) -> tuple[int, Scope]:
    guild = guild_of_moderator(press)
    return guild, await private_scope_of(press)


async def setup(bot: Samewave) -> None:
    """Add the cog, its menus and its button."""
    bot.add_dynamic_items(LookAgain, StatusMenu)
    await bot.add_cog(StatusCommands())
