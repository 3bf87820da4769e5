"""Buttons of a session's panel; the state is in the database, the session number in the `custom_id`."""

from typing import Any, Self

import discord

from bot.client.bot import Samewave
from bot.domain.sessions import At, Session
from bot.i18n.translator import Translator, translator_of
from bot.presentation import session_summary, sessions
from cogs.components import MessageItem, PersistentButton, view_of
from cogs.replies import Press, scope_of
from cogs.sessions.adding import silent_scope_of, song_form
from cogs.sessions.leaders import leads_in
from cogs.sessions.menus import NUMBER, SessionMenu, menus

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
        at, user = At(interaction.channel_id or 0, self.number), interaction.user.id
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
                await listen.next(at, user, leads=await leads_in(interaction), after=self.song)
            case "skip":
                after = await listen.skip(at, user, song=self.song)
                if len(after.songs) == self.song:
                    return sessions.skip_votes(after, translate)
            case "auto" | "manual":
                leads = await leads_in(interaction)
                await listen.settle(at, user, leads=leads, auto=self.what == "auto")
            case "like" | "dislike":
                verdict, title = await listen.rate(
                    at, user, self.song, await silent_scope_of(interaction), liked=self.what == "like"
                )
                return sessions.rated(verdict, title, translate)
            case "end":
                await listen.end(at, user, leads=await leads_in(interaction))
        return None


class StillThere(PersistentButton, template=rf"session:{NUMBER}:there:(?P<user>\d{{1,20}})"):
    """Confirms that a person who left the voice channel is still listening."""

    def __init__(self, translate: Translator, number: int | str, user: int | str) -> None:
        super().__init__(f"session:{number}:there:{user}", translate("Still here"), style=Green)
        self.number = int(number)
        self.user = int(user)

    async def work(self, interaction: Press) -> None:
        """The user takes part again."""
        await interaction.response.defer()
        at = At(interaction.channel_id or 0, self.number)
        await interaction.client.services.sessions.listen.join(at, interaction.user.id)
        if interaction.user.id == self.user:
            await interaction.delete_original_response()


class SessionLinks(PersistentButton, template=rf"session:{NUMBER}:links"):
    """Shows the links to paste into Spotify, ephemerally."""

    def __init__(self, translate: Translator, number: int | str) -> None:
        super().__init__(f"session:{number}:links", translate("Links for Spotify"))
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
    if session.ended_at is not None:
        return view_of()
    likes, dislikes = session.likes(len(session.songs))
    skip = translate("Skip") + (f" {len(session.skips)}/{session.skips_needed}" if session.skips else "")
    silent = session.now is None
    return view_of(
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
        *menus(session, translate),
    )


def setup_items(bot: Samewave) -> None:
    """Register the items, also for messages from before the start."""
    bot.add_dynamic_items(SessionButton, SessionMenu, StillThere, SessionLinks)
