"""Buttons of a session's panel; the state is in the database, the session number in the `custom_id`."""

from typing import Any

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


class SessionButton(
    MessageItem[discord.ui.Button[Any]],
    template=rf"session:{NUMBER}:(?P<what>join|leave|add|next|skip|like|dislike|auto|manual|end)(?::(?P<song>\d{{1,9}}))?",
):
    """One button of a panel, which names the session and the song that the panel showed."""

    async def work(self, interaction: Press) -> None:
        """Run the action; the session updates the panel itself."""
        number, user = int(self.state["number"]), interaction.user.id
        at = At(interaction.channel_id or 0, number)
        if self.state["what"] == "add":
            await interaction.client.services.sessions.listen.show(at)
            await interaction.response.send_modal(song_form(number, translator_of(interaction)))
            return
        await interaction.response.defer()
        if (reply := await self._do(interaction, at, user)) is not None:
            await interaction.followup.send(reply, ephemeral=True)

    async def _do(self, interaction: Press, at: At, user: int) -> str | None:
        """Run the action; returns an ephemeral reply or None."""
        translate, listen = translator_of(interaction), interaction.client.services.sessions.listen
        what, song = self.state["what"], int(self.state["song"] or 0)
        match what:
            case "join":
                await listen.join(at, user)
                return translate("You are in. Add songs, and I learn what you like.")
            case "leave":
                await listen.leave(at, user)
                return translate("You have left the session; your songs in the queue went with you.")
            case "next":
                await listen.next(at, user, leads=await leads_in(interaction), after=song)
            case "skip":
                after = await listen.skip(at, user, song=song)
                if len(after.songs) == song:
                    return sessions.skip_votes(after, translate)
            case "auto" | "manual":
                leads = await leads_in(interaction)
                await listen.settle(at, user, leads=leads, auto=what == "auto")
            case "like" | "dislike":
                verdict, title = await listen.rate(
                    at, user, song, await silent_scope_of(interaction), liked=what == "like"
                )
                return sessions.rated(verdict, title, translate)
            case "end":
                await listen.end(at, user, leads=await leads_in(interaction))
        return None


class StillThere(PersistentButton, template=rf"session:{NUMBER}:there:(?P<user>\d{{1,20}})"):
    """Confirms that a person who left the voice channel is still listening."""

    def __init__(self, translate: Translator, number: int | str, user: int | str) -> None:
        custom_id, style = f"session:{number}:there:{user}", discord.ButtonStyle.success
        super().__init__(custom_id, translate("Still here"), style=style)
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

    def button(what: str, *, row: int, label: str | None = None, **look: Any) -> discord.ui.Button[Any]:
        custom_id = f"session:{session.session}:{what}:{len(session.songs)}"
        return discord.ui.Button(label=label, custom_id=custom_id, row=row, **look)

    likes, dislikes = session.likes(len(session.songs))
    skip = translate("Skip") + (f" {len(session.skips)}/{session.skips_needed}" if session.skips else "")
    silent = session.now is None
    return view_of(
        button("join", row=0, label=translate("Join"), style=discord.ButtonStyle.success),
        button("leave", row=0, label=translate("Leave")),
        button("add", row=0, label=translate("Add a song"), style=discord.ButtonStyle.primary),
        button("next", row=0, label=translate("Next"), style=discord.ButtonStyle.primary),
        button("skip", row=0, label=skip, disabled=silent),
        button("like", row=1, label=str(likes) if likes else None, emoji="👍", disabled=silent),
        button("dislike", row=1, label=str(dislikes) if dislikes else None, emoji="👎", disabled=silent),
        button(
            "manual" if session.auto else "auto",
            row=1,
            label=translate("By itself: on") if session.auto else translate("By itself: off"),
        ),
        button("end", row=1, label=translate("End"), style=discord.ButtonStyle.danger),
        *menus(session, translate),
    )


def setup_items(bot: Samewave) -> None:
    """Register the items, also for messages from before the start."""
    bot.add_dynamic_items(SessionButton, SessionMenu, StillThere, SessionLinks)
