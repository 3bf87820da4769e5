"""The button that tells what a recommendation has in common with its song."""

from bot.client.interactions import respond
from bot.i18n.translator import Translator, translator_of
from bot.presentation.embeds import WAVE
from bot.presentation.song_names import song_name
from bot.presentation.steering import comparison
from cogs.components import PAIR, PersistentButton
from cogs.replies import Press, private_scope_of, services_of


class Why(PersistentButton, template=rf"why:{PAIR}"):
    """Shows the presser which features agree most, and which one differs."""

    def __init__(self, translate: Translator, song_ref: str, pick_ref: str) -> None:
        super().__init__(f"why:{song_ref}:{pick_ref}", translate("Why this?"))
        self.song_ref, self.pick_ref = song_ref, pick_ref

    async def work(self, interaction: Press) -> None:
        """Tell the presser alone.

        Raises:
            FeaturesUnknown: no source knows the features of one of the songs.
        """
        scope, translate = await private_scope_of(interaction), translator_of(interaction)
        steer = services_of(interaction).recommend.steer
        seed, pick, found = await steer.compare(self.song_ref, self.pick_ref, scope)
        embed = comparison(song_name(seed, translate), song_name(pick, translate), found, translate)
        embed.colour = WAVE
        await respond(interaction, {"embed": embed, "ephemeral": True})
