"""`!oddone`: three songs, which one does not belong?"""

from collections.abc import Sequence

import discord
from discord.ext import commands

from bot.client.bot import Samewave
from bot.client.interactions import best_effort
from bot.domain.candidates import Media
from bot.domain.odd_one_out import Round
from bot.i18n.translator import Translator, translator_of
from bot.presentation import odd_one_out
from bot.presentation.texts import plain, shown
from cogs.components import PersistentButton, view_of
from cogs.covers import PlayPreview
from cogs.replies import Context, Press, answer, scope_of, services_of, settled

_TOKEN, _LABEL = r"(?P<token>[\w-]{12})", 60


class Vote(PersistentButton, template=rf"odd:{_TOKEN}:(?P<choice>[0-2])"):
    """Votes for a song."""

    def __init__(self, translate: Translator, token: str, choice: str, title: str = "") -> None:
        letter = odd_one_out.LETTERS[int(choice)]
        super().__init__(f"odd:{token}:{choice}", plain(f"{letter} · {title}", _LABEL))
        self.token, self.choice = token, int(choice)

    async def work(self, interaction: Press) -> None:
        game, scope = interaction.client.services.recommend.odd_one_out, await scope_of(interaction)
        song, votes = await game.vote(self.token, interaction.user.id, self.choice, scope)
        translate = translator_of(interaction)
        sentence = translate.plural(
            "Your vote: {song}. {number} person has voted.",
            "Your vote: {song}. {number} people have voted.",
            votes,
            song=shown(song.title, _LABEL),
        )
        await interaction.response.send_message(sentence, ephemeral=True)


class ShowAnswer(PersistentButton, template=rf"odd:{_TOKEN}:show"):
    """Ends the round."""

    def __init__(self, translate: Translator, token: str) -> None:
        super().__init__(f"odd:{token}:show", translate("Show the answer"), style=discord.ButtonStyle.primary)
        self.token = token

    async def work(self, interaction: Press) -> None:
        found = await interaction.client.services.recommend.odd_one_out.show(
            self.token, await scope_of(interaction)
        )
        translate = translator_of(interaction)
        await interaction.response.edit_message(
            embed=odd_one_out.result(found, translate), view=view_of(OneMore(translate))
        )


class OneMore(PersistentButton, template=r"odd:more"):
    """Begins another round."""

    def __init__(self, translate: Translator) -> None:
        super().__init__("odd:more", translate("One more"))

    async def work(self, interaction: Press) -> None:
        await _begin(interaction)


class OddOneOutCommands(commands.Cog, name="Odd one out"):
    """A small game."""

    @commands.hybrid_command(aliases=["odd"])  # type: ignore[arg-type]
    async def oddone(self, context: Context) -> None:
        """Shows three songs: which one does not belong?

        Everybody has one vote. A point goes to those who voted with the majority; who plays alone gets it
        for agreeing with me. The votes are kept as counts, without names.
        """
        await _begin(context)


async def _begin(source: Context | Press) -> None:
    services = services_of(source).recommend
    found: Round = await settled(source, services.odd_one_out.begin(await scope_of(source)))
    translate, covers = translator_of(source), services.covers
    known = [covers.known(song) for song in found.songs] if covers.on else []
    edit = await answer(
        source,
        embed=odd_one_out.question(found.songs, translate),
        view=_buttons(found, known, translate),
    )
    if all(known):
        return
    media = [await covers.of(song) for song in found.songs]
    if any(one.has_preview for one in media) and await services.odd_one_out.is_open(found.token):
        await best_effort(edit(view=_buttons(found, media, translate)))


def _buttons(found: Round, media: Sequence[Media | None], translate: Translator) -> discord.ui.View:
    """The votes, and a button for 30 s of each song with a preview."""
    votes = [Vote(translate, found.token, str(place), song.title) for place, song in enumerate(found.songs)]
    view = view_of(*votes, ShowAnswer(translate, found.token))
    for letter, song, one in zip(odd_one_out.LETTERS, found.songs, media, strict=False):
        if one is not None and one.has_preview:
            view.add_item(PlayPreview(translate, song.id, f"▶ {letter} · 30 s", row=1))
    return view


async def setup(bot: Samewave) -> None:
    """Add the cog and its buttons."""
    bot.add_dynamic_items(Vote, ShowAnswer, OneMore)
    await bot.add_cog(OddOneOutCommands())
