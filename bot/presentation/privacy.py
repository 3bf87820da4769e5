"""Stored personal data: what is shown, explained and deleted."""

import discord

from bot.domain.privacy import BACKUP_DAYS, PERSONAL, UNFOUND_DAYS
from bot.domain.taste import KnownSong, Taste
from bot.i18n.marking import marked
from bot.i18n.translator import Translator
from bot.presentation.embeds import WAVE, note, some, with_fields
from bot.presentation.texts import names, shown

STORED: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        marked("👍 and 👎"),
        marked(
            "The song, the server and when you pressed: for {days} days. Only you see it; a song that "
            "several people dislike is left out in their server, without saying whose 👎 it was."
        ),
        ("feedback",),
    ),
    (
        marked("Recommendations you asked for"),
        marked(
            "The song, the channel and when: for {days} days, so that songs do not repeat. Only you can "
            "see it."
        ),
        ("recommendations",),
    ),
    (
        marked("Listening sessions you joined"),
        marked(
            "That you were there, what you queued, voted for and thought of the songs: for {days} days. "
            "The others in the session can see it."
        ),
        (
            "session_people",
            "session_queue",
            "session_songs",
            "session_upcoming",
            "session_skips",
            "session_opinions",
        ),
    ),
    (
        marked("Votes for the odd one out"),
        marked(
            "Which song you chose: until the answer is shown, for {days} days at most. Afterwards only "
            "how many chose each song."
        ),
        ("odd_votes",),
    ),
    (
        marked("Changes you made as a moderator"),
        marked("What you changed in a server and when: for {days} days. Its moderators can see it."),
        ("guild_log",),
    ),
)
"""A heading, a text, and the tables they describe."""
_LISTED = 8
"""Eight lines of 120 characters fit into a field."""


def taste(found: Taste, translate: Translator) -> discord.Embed:
    """Everything stored about the user."""
    embed = discord.Embed(title=translate("What I remember about you"), colour=WAVE)
    if found.nothing:
        embed.description = translate(
            "Nothing. Press 👍 or 👎 under a recommendation and I learn what you like."
        )
        return embed
    fields = []
    for heading, songs in (
        (translate("You like"), found.likes),
        (translate("You do not want to hear"), found.dislikes),
        (translate("Recommended to you lately"), found.recent),
    ):
        listed = some([_line(song, translate) for song in songs], _LISTED, translate)
        fields.append((f"{heading} ({len(songs)})", listed))
    if found.changes:
        changes = translate.plural(
            "{number} change of a server's settings stands under your name.",
            "{number} changes of servers' settings stand under your name.",
            found.changes,
        )
        fields.append((translate("As a moderator"), changes))
    if found.elsewhere:
        notes = translate.plural("{number} note about you.", "{number} notes about you.", found.elsewhere)
        fields.append((translate("On the radio and in sessions"), notes))
    embed.set_footer(text=translate("/forgetme deletes all of it; /privacy tells more"))
    return with_fields(embed, fields)


def policy(translate: Translator) -> discord.Embed:
    """What is stored, for how long, and how to delete it."""
    embed = discord.Embed(
        title=translate("What I store about you"),
        description=translate(
            "Your Discord user id with the songs you chose and the settings you changed, nothing else: no "
            "name, no messages, not what you listen to. It is given to nobody, and nothing is trained on it."
        ),
        colour=WAVE,
    )
    in_memory = translate(
        "For some seconds, how fast you ask; until I restart, where I told you that I lack a permission."
    )
    unfound = translate(
        "The words alone, for {days} days, without who asked or where. Until three people asked for the "
        "same, a number from 0 to 1,023 for each, which fits every thousandth person.",
        days=UNFOUND_DAYS,
    )
    choice = translate(
        "`/taste` shows what I have about you. `/forgetme` deletes it at once and for good; what you "
        "changed as a moderator stays in the server's log, and a song that was played for you in a "
        "session's, without your id. So that no backup brings it back, I keep for {days} days that you "
        "asked for it, as a number that does not name you.",
        days=BACKUP_DAYS,
    )
    fields = []
    for heading, text, tables in STORED:
        [days] = {personal.days for personal in PERSONAL if personal.table in tables}
        fields.append((translate(heading), translate(text, days=days)))
    fields.append((translate("In memory only"), in_memory))
    fields.append((translate("Songs nobody could find"), unfound))
    fields.append((translate("Your choice"), choice))
    return with_fields(embed, fields)


def ask_to_forget(translate: Translator) -> discord.Embed:
    """What the button below will delete."""
    return discord.Embed(
        title=translate("Forget you?"),
        description=translate(
            "This deletes your 👍 and 👎 and what I recommended to you, in every server, at once and for "
            "good. What you changed as a moderator stays in the server's log, without your id."
        ),
        colour=WAVE,
    )


def forgotten(translate: Translator, *, everywhere: bool) -> discord.Embed:
    """The confirmation of a deletion.

    Args:
        everywhere: whether it is gone from the database's journal too.
    """
    done = translate("Done: I have forgotten you. Nothing under your id is left.")
    if not everywhere:
        done = translate(
            "Done: I have forgotten you. Another program is reading my database; the last traces on the "
            "disk go as soon as it is free."
        )
    return note(done)


def _line(song: KnownSong | None, translate: Translator) -> str:
    if song is None:
        return translate("a song I no longer know")
    return translate("**{title}** by {artists}", title=shown(song.title, 60), artists=names(song.artists, 40))
