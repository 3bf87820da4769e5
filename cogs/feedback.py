"""👍 and 👎 under a recommendation."""

from typing import Any, ClassVar

import discord

from bot.client.bot import Samewave
from bot.client.interactions import defer_if_slow, respond
from bot.domain.taste import Verdict
from bot.i18n.marking import marked
from bot.i18n.translator import Translator, translator_of
from bot.presentation.moderation import song_line
from cogs.components import SONG, SongButton
from cogs.replies import Press, private_scope_of

_SAID = {
    Verdict.LIKED: marked("👍 Noted: you like {song}."),
    Verdict.DISLIKED: marked("👎 Noted: I will not recommend {song} to you."),
    Verdict.WITHDRAWN: marked("Taken back: I no longer keep what you said about {song} here."),
}


class _Thumb(SongButton, template="abstract thumb"):
    """Base of both buttons; the answer is ephemeral."""

    liked: ClassVar[bool]

    async def work(self, interaction: Press) -> None:
        """Store the opinion; a second press withdraws it."""
        scope = await private_scope_of(interaction)
        pressing = interaction.client.services.guilds.feedback.press(
            interaction.user.id, self.song_ref, scope, liked=self.liked
        )
        verdict, song = await defer_if_slow(pressing, scope.show_waiting)
        translate = translator_of(interaction)
        sentence = translate(_SAID[verdict], song=song_line(song, translate))
        await respond(interaction, {"content": sentence, "ephemeral": True})


class Like(_Thumb, template=rf"like:{SONG}"):
    """The asker likes the song."""

    liked = True

    @staticmethod
    def make_button(translate: Translator, song_ref: str) -> discord.ui.Button[Any]:
        return discord.ui.Button(emoji="👍", custom_id=f"like:{song_ref}")


class Dislike(_Thumb, template=rf"dislike:{SONG}"):
    """The asker does not want to hear the song."""

    liked = False

    @staticmethod
    def make_button(translate: Translator, song_ref: str) -> discord.ui.Button[Any]:
        return discord.ui.Button(emoji="👎", custom_id=f"dislike:{song_ref}")


async def setup(bot: Samewave) -> None:
    """Register the persistent buttons."""
    bot.add_dynamic_items(Like, Dislike)
