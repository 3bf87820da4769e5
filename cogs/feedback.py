"""👍 and 👎 under a recommendation."""

from bot.client.interactions import defer_if_slow, respond
from bot.domain.taste import Verdict
from bot.i18n.marking import marked
from bot.i18n.translator import Translator, translator_of
from bot.presentation.moderation import song_line
from cogs.components import SONG, PersistentButton
from cogs.replies import Press, private_scope_of

_SAID = {
    Verdict.LIKED: marked("👍 Noted: you like {song}."),
    Verdict.DISLIKED: marked("👎 Noted: I will not recommend {song} to you."),
    Verdict.WITHDRAWN: marked("Taken back: I no longer keep what you said about {song} here."),
}


class Thumb(PersistentButton, template=rf"(?P<what>like|dislike):{SONG}"):
    """Whether the presser likes the song, or does not want to hear it; the answer is ephemeral."""

    def __init__(self, translate: Translator, what: str, song_ref: str) -> None:
        super().__init__(f"{what}:{song_ref}", emoji="👍" if what == "like" else "👎")
        self.liked, self.song_ref = what == "like", song_ref

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
