"""`!session`: listening sessions."""

from typing import Any, ClassVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.bot import Samewave
from bot.client.context import IN_PLACE
from bot.client.permissions import is_timed_out
from bot.domain.errors import SessionRefused
from bot.domain.pagination import page_of
from bot.domain.sessions import At
from bot.i18n.marking import marked
from bot.i18n.translator import translator_of
from bot.presentation import sessions
from cogs.autocomplete import suggest_songs
from cogs.components import PAGE, PageButton, page_view
from cogs.misspelt_commands import check_subcommand
from cogs.replies import Context, Press, scope_of, settings_of, settled, show_waiting
from cogs.sessions.adding import add_song, answer_add
from cogs.sessions.channel_rights import writable
from cogs.sessions.events import SessionEvents, display_of, present_in
from cogs.sessions.leaders import is_leader
from cogs.sessions.options import StartOptions
from cogs.sessions.panel import setup_items
from cogs.song_menu import SongCog

HERE = {IN_PLACE: True}


class TurnHistory(PageButton, template=rf"session-history:{PAGE}"):
    """Shows another page of the history."""

    what = "session-history"
    labels = (marked("Later"), marked("Earlier"))

    async def work(self, interaction: Press) -> None:
        parts = await _history(interaction, interaction.channel_id or 0, self.page)
        await interaction.response.edit_message(**parts)


class SessionCommands(SongCog, name="Listening together"):
    """One stream of songs that suits everybody."""

    song_answers: ClassVar = {"session": answer_add}

    @commands.hybrid_group(  # type: ignore[arg-type]
        case_insensitive=True, fallback="show", aliases=["party"], usage="start", extras=HERE
    )
    @app_commands.allowed_installs(guilds=True, users=False)
    @commands.guild_only()
    async def session(self, context: Context) -> None:
        """Listens together: one stream of songs that suits everybody, in fair turns.

        `session start` opens one in this channel; then press the buttons under its panel.
        """
        check_subcommand(context)
        session = await context.bot.services.sessions.listen.show(_at(context))
        await display_of(context.bot).post_anew(session)
        await _note(context, translator_of(context)("Here it is."))

    @session.command(usage="fair auto", extras=HERE)  # type: ignore[arg-type]
    @commands.guild_only()
    async def start(self, context: Context, *, options: StartOptions) -> None:
        """Opens a session in this channel: fair, blend, hot or journey, and auto if you like.

        - `fair`: in everybody's turn a song near what they like
        - `blend`: near what each of you likes, one taste after another
        - `hot`: songs of the hot list and nothing else
        - `journey`: songs that lead from one song you ask for to the next
        - `auto`: the next song begins by itself when one has ended

        A voice channel's name lets its people take part. The menu under the panel changes the rest later.
        """
        assert context.guild is not None  # noqa: S101
        settings = await settings_of(context)
        if settings.dj_role is not None and not is_leader(context.author, settings):
            raise SessionRefused("In this server only DJs and moderators begin a session.")
        if is_timed_out(context.guild):
            raise SessionRefused("I am timed out in this server; once a moderator ends that, begin it.")
        if not writable(context.channel):
            raise SessionRefused(
                "I cannot write here; a moderator can give me the permissions Send Messages and Embed Links."
            )
        await show_waiting(context)
        session = await context.bot.services.sessions.listen.start(
            context.channel.id,
            context.guild.id,
            context.author.id,
            await scope_of(context),
            mode=options.mode,
            auto=options.auto,
            voice=options.voice.id if options.voice else None,
            present=present_in(options.voice) if options.voice else (),
            age_restricted=bool(getattr(context.channel, "nsfw", False)),
        )
        translate = translator_of(context)
        sentence = translate("The session is open: add songs and press Next.")
        if session.voice is not None:
            sentence += " " + translate("Everybody in {channel} takes part.", channel=f"<#{session.voice}>")
        await _note(context, sentence)

    @session.command(extras=HERE)  # type: ignore[arg-type]
    @commands.guild_only()
    async def join(self, context: Context) -> None:
        """Lets you take part in this channel's session."""
        await settled(context, context.bot.services.sessions.listen.join(_at(context), context.author.id))
        await _tell(context, translator_of(context)("You are in. Add songs, and I learn what you like."))

    @session.command(extras=HERE)  # type: ignore[arg-type]
    @commands.guild_only()
    async def leave(self, context: Context) -> None:
        """Takes you out of this channel's session."""
        await settled(context, context.bot.services.sessions.listen.leave(_at(context), context.author.id))
        await _tell(
            context,
            translator_of(context)("You have left the session; your songs in the queue went with you."),
        )

    @session.command(usage="Bohemian Rhapsody", extras=HERE)  # type: ignore[arg-type]
    @commands.guild_only()
    @app_commands.describe(
        file="A list of your songs: CSV, M3U8, XSPF, JSPF or text",
        song="A title, artist and title, or a Spotify link",
    )
    @app_commands.autocomplete(song=suggest_songs)
    async def add(self, context: Context, file: discord.Attachment | None = None, *, song: str = "") -> None:
        """Puts a song into your queue, or a whole list: a file, one song a line, several links."""
        session = await context.bot.services.sessions.listen.show(_at(context))
        await show_waiting(context)
        at, scope = At(session.channel, session.session), await scope_of(context)
        await _tell(context, **await add_song(context, at, song, scope, file))

    @session.command(extras=HERE)  # type: ignore[arg-type]
    @commands.guild_only()
    async def next(self, context: Context) -> None:
        """Goes on to the next song (its person, the host, DJs and moderators)."""
        leads = is_leader(context.author, await settings_of(context))
        await show_waiting(context)
        await context.bot.services.sessions.listen.next(_at(context), context.author.id, leads=leads)
        await _note(context, translator_of(context)("On it goes."))

    @session.command(extras=HERE)  # type: ignore[arg-type]
    @commands.guild_only()
    async def skip(self, context: Context) -> None:
        """Votes to skip the current song; the majority of those present decides."""
        before = await context.bot.services.sessions.listen.show(_at(context))
        skipping = context.bot.services.sessions.listen.skip(_at(context), context.author.id)
        after = await settled(context, skipping)
        translate = translator_of(context)
        if len(after.songs) > len(before.songs):
            sentence = translate("Skipped.")
        else:
            sentence = sessions.skip_votes(after, translate)
        await _tell(context, sentence)

    @session.command(extras=HERE)  # type: ignore[arg-type]
    @commands.guild_only()
    async def vote(self, context: Context) -> None:
        """Puts four songs to the vote for a minute; the winner is played first."""
        await show_waiting(context)
        await context.bot.services.sessions.listen.vote(_at(context), context.author.id)
        await _note(context, translator_of(context)("The poll is open for a minute."))

    @session.command(extras=HERE)  # type: ignore[arg-type]
    @commands.guild_only()
    async def history(self, context: Context) -> None:
        """Shows what this channel's session played, or the last one here."""
        await context.reply(**await _history(context, context.channel.id, 0))

    @session.command(extras=HERE)  # type: ignore[arg-type]
    @commands.guild_only()
    async def end(self, context: Context) -> None:
        """Ends the session with a summary (the host, DJs and moderators)."""
        leads = is_leader(context.author, await settings_of(context))
        await show_waiting(context)
        ended = await context.bot.services.sessions.listen.end(_at(context), context.author.id, leads=leads)
        tell = _note if ended.songs else _tell
        await tell(context, translator_of(context)("That was it; thank you for listening."))


async def _history(source: Context | Press, channel: int, number: int) -> dict[str, Any]:
    bot = source.bot if isinstance(source, commands.Context) else source.client
    session = await bot.services.sessions.summary.last_in(channel)
    page = page_of(session.songs[::-1], number, sessions.PAGE)
    translate = translator_of(source)
    return {
        "embed": sessions.history(session, page, await display_of(bot).names.of(session), translate),
        "view": page_view(TurnHistory, page, translate),
    }


async def _tell(context: Context, content: str | None = None, **message: Any) -> None:
    """Tell the asker: alone where Discord can."""
    await context.reply(content, ephemeral=True, **message)


async def _note(context: Context, content: str) -> None:
    """Acknowledge a slash command; for a text command the answer is in the channel."""
    if context.interaction is not None:
        await context.reply(content, ephemeral=True)


def _at(context: Context) -> At:
    return At(context.channel.id)


async def setup(bot: Samewave) -> None:
    """Add the cogs, their buttons and their menu."""
    setup_items(bot)
    bot.add_dynamic_items(TurnHistory)
    await bot.add_cog(SessionEvents(bot))
    await bot.add_cog(SessionCommands())
