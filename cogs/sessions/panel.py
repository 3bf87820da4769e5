"""Buttons of a session's panel; the state is in the database, the session number in the `custom_id`."""

import re
from dataclasses import replace
from typing import Any, Self, cast

import discord
from discord.ext import commands

from bot.client.bot import Samewave
from bot.domain.guilds import GuildSettings
from bot.domain.recommendations import ArtistSound, Choice
from bot.domain.sessions import At, Mode, Session, SessionSong
from bot.i18n.translator import Translator, translator_of
from bot.presentation import playlists, session_summary, sessions
from bot.presentation.reasons import artist_basis
from bot.presentation.texts import shown
from bot.services.scope import Scope, show_nothing
from cogs.components import MessageItem, PersistentButton, view_of
from cogs.playlists.brought import brought_list
from cogs.replies import Context, Press, asker_of, scope_of, services_of, settings_of
from cogs.song_menu import song_menu

NUMBER = r"(?P<number>\d{1,18})"
FORM = re.compile(rf"session:{NUMBER}:form")
_FORM_LIMIT = 4_000
"""What Discord takes; a list has a line for each song."""
ButtonT = discord.ui.Button[Any]
Grey, Red, Green, Blue = (
    discord.ButtonStyle.secondary,
    discord.ButtonStyle.danger,
    discord.ButtonStyle.success,
    discord.ButtonStyle.primary,
)


class SessionButton(
    MessageItem[ButtonT],
    template=rf"session:{NUMBER}:(?P<what>join|leave|add|next|skip|like|dislike|auto|manual|end)(?::(?P<song>\d{{1,9}}))?",
):
    """One button of a panel.

    Attributes:
        number: of the session. song: the number of the song that the panel showed.
    """

    def __init__(self, button: ButtonT, number: int | str, what: str, song: int | str | None) -> None:
        super().__init__(button)
        self.number = int(number)
        self.what = what
        self.song = int(song or 0)

    @classmethod
    def made(cls, session: Session, what: str, *, row: int, label: str | None = None, **options: Any) -> Self:
        """Create a button for the current state of a session."""
        song = len(session.songs)
        custom_id = f"session:{session.session}:{what}:{song}"
        return cls(
            discord.ui.Button(label=label, custom_id=custom_id, row=row, **options),
            session.session,
            what,
            song,
        )

    async def work(self, interaction: Press) -> None:
        """Run the action; the session updates the panel itself."""
        if interaction.channel_id is None:
            return
        at, user = At(interaction.channel_id, self.number), interaction.user.id
        if self.what == "add":
            await interaction.client.services.sessions.listen.show(at)
            await interaction.response.send_modal(song_form(self.number, translator_of(interaction)))
            return
        await interaction.response.defer()
        if (reply := await self._do(interaction, at, user)) is not None:
            await interaction.followup.send(reply, ephemeral=True)

    async def _do(self, interaction: Press, at: At, user: int) -> str | None:
        """Run the action; returns an ephemeral reply or None."""
        translate, listen = translator_of(interaction), interaction.client.services.sessions.listen
        match self.what:
            case "join":
                await listen.join(at, user)
                return translate("You are in. Add songs, and I learn what you like.")
            case "leave":
                await listen.leave(at, user)
                return translate("You have left the session; your songs in the queue went with you.")
            case "next":
                await listen.next(at, user, leads=await _leads(interaction), after=self.song)
            case "skip":
                after = await listen.skip(at, user, song=self.song)
                if len(after.songs) == self.song:
                    return sessions.skip_votes(after, translate)
            case "auto" | "manual":
                leads = await _leads(interaction)
                await listen.settle(at, user, leads=leads, auto=self.what == "auto")
            case "like" | "dislike":
                verdict, title = await listen.rate(
                    at, user, self.song, await silent_scope_of(interaction), liked=self.what == "like"
                )
                return sessions.rated(verdict, title, translate)
            case "end":
                await listen.end(at, user, leads=await _leads(interaction))
        return None


class ChooseMode(MessageItem[discord.ui.Select[Any]], template=rf"session:{NUMBER}:mode"):
    """The menu of how songs are chosen."""

    def __init__(self, menu: discord.ui.Select[Any], number: int | str) -> None:
        super().__init__(menu)
        self.number = int(number)

    @classmethod
    def showing(cls, session: Session, translate: Translator) -> Self:
        """A menu with the current mode selected."""
        options = [
            discord.SelectOption(
                label=translate("How songs come: {mode}", mode=translate(sessions.MODE_NAMES[mode])),
                description=translate(about),
                value=mode,
                default=mode == session.mode,
            )
            for mode, about in sessions.MODES.items()
        ]
        custom_id = f"session:{session.session}:mode"
        return cls(discord.ui.Select(custom_id=custom_id, options=options, row=2), session.session)

    async def work(self, interaction: Press) -> None:
        if interaction.channel_id is None:
            return
        await interaction.response.defer()
        await interaction.client.services.sessions.listen.settle(
            At(interaction.channel_id, self.number),
            interaction.user.id,
            leads=await _leads(interaction),
            mode=cast("Mode", self.item.values[0]),
        )


class StillThere(PersistentButton, template=rf"session:{NUMBER}:there:(?P<user>\d{{1,20}})"):
    """Confirms that a person who left the voice channel is still listening."""

    def __init__(self, translate: Translator, number: int | str, user: int | str) -> None:
        super().__init__(
            discord.ui.Button(
                label=translate("Still here"), style=Green, custom_id=f"session:{number}:there:{user}"
            )
        )
        self.number = int(number)
        self.user = int(user)

    async def work(self, interaction: Press) -> None:
        """The user takes part again."""
        if interaction.channel_id is None:
            return
        await interaction.response.defer()
        await interaction.client.services.sessions.listen.join(
            At(interaction.channel_id, self.number), interaction.user.id
        )
        if interaction.user.id == self.user:
            await interaction.delete_original_response()


class SessionLinks(PersistentButton, template=rf"session:{NUMBER}:links"):
    """Shows the links to paste into Spotify, ephemerally."""

    def __init__(self, translate: Translator, number: int | str) -> None:
        super().__init__(
            discord.ui.Button(label=translate("Links for Spotify"), custom_id=f"session:{number}:links")
        )
        self.number = int(number)

    async def work(self, interaction: Press) -> None:
        tracks = await interaction.client.services.sessions.summary.tracks_of(
            self.number, await scope_of(interaction)
        )
        await interaction.response.defer(ephemeral=True, thinking=True)
        for text in session_summary.links(tracks, translator_of(interaction)):
            await interaction.followup.send(text, ephemeral=True, suppress_embeds=True)


def controls(session: Session, translate: Translator) -> discord.ui.View:
    """All buttons of a panel; none after the end."""
    view = view_of()
    if session.ended_at is not None:
        return view
    likes, dislikes = session.likes(len(session.songs))
    skip = translate("Skip") + (f" {len(session.skips)}/{session.skips_needed}" if session.skips else "")
    silent = session.now is None
    for button in (
        SessionButton.made(session, "join", row=0, label=translate("Join"), style=Green),
        SessionButton.made(session, "leave", row=0, label=translate("Leave")),
        SessionButton.made(session, "add", row=0, label=translate("Add a song"), style=Blue),
        SessionButton.made(session, "next", row=0, label=translate("Next"), style=Blue),
        SessionButton.made(session, "skip", row=0, label=skip, disabled=silent),
        SessionButton.made(
            session, "like", row=1, label=str(likes) if likes else None, emoji="👍", disabled=silent
        ),
        SessionButton.made(
            session, "dislike", row=1, label=str(dislikes) if dislikes else None, emoji="👎", disabled=silent
        ),
        SessionButton.made(
            session,
            "manual" if session.auto else "auto",
            row=1,
            label=translate("By itself: on") if session.auto else translate("By itself: off"),
        ),
        SessionButton.made(session, "end", row=1, label=translate("End"), style=Red),
        ChooseMode.showing(session, translate),
    ):
        view.add_item(button)
    return view


def song_form(number: int, translate: Translator) -> discord.ui.Modal:
    """The form for a song; the cog handles its submission, also after a restart."""
    form = discord.ui.Modal(title=translate("Add a song"), custom_id=f"session:{number}:form")
    form.add_item(
        discord.ui.Label(
            text=translate("Which song?"),
            description=translate("A title, artist and title, or a Spotify link"),
            component=discord.ui.TextInput(
                custom_id="song", style=discord.TextStyle.paragraph, max_length=_FORM_LIMIT
            ),
        )
    )
    form.stop()  # not stored
    return form


def is_leader(person: discord.User | discord.Member, settings: GuildSettings) -> bool:
    """Whether a member is a moderator, or has the server's DJ role."""
    if not isinstance(person, discord.Member):
        return False
    return person.guild_permissions.manage_guild or any(role.id == settings.dj_role for role in person.roles)


async def _leads(press: Press) -> bool:
    return is_leader(press.user, await settings_of(press))


def _added(session: Session, song: SessionSong, by_artist: ArtistSound | None, translate: Translator) -> str:
    """The reply with the position of a queued song, and what it counts for where nobody knows its sound."""
    told = [_place_in_queue(session, song, translate)]
    if by_artist is not None:
        told.append(shown(artist_basis(by_artist.song, by_artist.artist, by_artist.songs, translate), 500))
    return " ".join(told)


def _place_in_queue(session: Session, song: SessionSong, translate: Translator) -> str:
    place = next((at for at, pick in enumerate(session.upcoming) if pick.song == song), None)
    title = shown(song.title, 200)
    if place is None:
        return translate("“{song}” is in the queue.", song=title)
    return translate(
        "“{song}” is in the queue; it comes as no. {place} from now.", song=title, place=place + 1
    )


async def add_song(
    source: Context | Press, at: At, query: str, scope: Scope, file: discord.Attachment | None = None
) -> dict[str, Any]:
    """Add a song or a list to the user's queue, or ask which is meant; returns the parts of the answer."""
    translate = translator_of(source)
    if (known := await brought_list(source, query, scope, file)) is not None:
        listen = services_of(source).sessions.listen
        _, asked = await listen.add_all(at, asker_of(source), known.songs, scope)
        lines = [sessions.added(asked, translate), playlists.known_text(known, translate)]
        return {"content": "\n".join(lines)}
    found = await services_of(source).sessions.listen.add(at, asker_of(source), query, scope)
    if isinstance(found, Choice):
        return song_menu(source, found, "session", str(at.number or 0), shared=True)
    return {"content": _added(*found, translate)}


async def answer_add(source: Context | Press, query: str, session: str) -> None:
    """Add the song of a menu, and replace the menu by the reply.

    Args:
        session: its number, in digits.
    """
    if isinstance(source, commands.Context) or source.channel_id is None:
        return
    await source.response.defer()
    at = At(source.channel_id, int(session))
    reply = await add_song(source, at, query, await silent_scope_of(source))
    await source.edit_original_response(**{"embed": None, "view": None, **reply})


async def silent_scope_of(press: Press) -> Scope:
    """The scope of an acknowledged press."""
    return replace(await scope_of(press), show_waiting=show_nothing)


def setup_items(bot: Samewave) -> None:
    """Register the items, also for messages from before the start."""
    bot.add_dynamic_items(SessionButton, ChooseMode, StillThere, SessionLinks)
