"""`samewave recommend`: the bot's answer in the terminal."""

import json
from dataclasses import replace
from typing import Any

import click
import numpy as np

from bot.cli.console import err, load_settings, out, run_async
from bot.cli.prepare import prepare
from bot.domain.recommendations import Recommendation
from bot.services.recommend_song import Place
from bot.settings import Settings
from bot.wiring import open_services


@click.command()
@click.argument("song", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as one JSON object.")
@click.option("--seed", type=click.IntRange(min=0), help="Make the draw reproducible.")
def recommend(song: tuple[str, ...], as_json: bool, seed: int | None) -> None:
    """Answer SONG (a title, "artist - title", or a Spotify link) with another on the same wave.

    Of several songs by that name the most popular is taken.
    """
    settings = load_settings()
    answer = run_async(_recommend(settings, " ".join(song), seed))
    if as_json:
        click.echo(json.dumps(as_object(answer), ensure_ascii=False))
    else:
        _print(answer)


async def _recommend(settings: Settings, song: str, seed: int | None) -> Recommendation:
    async with open_services(settings, rng=np.random.default_rng(seed)) as services:
        await prepare(services, settings, retrain=False)
        place = Place()
        found = await services.recommend(song, place)
        if isinstance(found, Recommendation):
            return found
        answer = await services.recommend.another(found.songs[0].token, place)
        return replace(answer, seed=replace(answer.seed, others=len(found.songs) - 1))


def as_object(answer: Recommendation) -> dict[str, Any]:
    """The answer in the shape that scripts rely on."""
    return {
        "seed": {
            "id": answer.seed.id,
            "title": answer.seed.title,
            "artists": list(answer.seed.artists),
        },
        "hot": answer.hot,
        "cluster": answer.seed_cluster,
        "pick": {
            "id": answer.pick.id,
            "title": answer.pick.title,
            "artists": list(answer.pick.artists),
            "url": answer.pick.url,
            "cluster": answer.pick_cluster,
        },
        "reason": answer.reason.sentence,
    }


def _print(answer: Recommendation) -> None:
    if answer.seed.others:
        err.print(
            f"{answer.seed.others} other songs go by that name; say “artist - title” for one of them.",
            markup=False,
        )
    out.print(f"For {answer.seed.name}:", style="dim", markup=False, highlight=False, soft_wrap=True)
    out.print(answer.pick.name, style="bold", markup=False, highlight=False, soft_wrap=True)
    out.print(answer.reason.sentence, markup=False, highlight=False, soft_wrap=True)
    out.print(answer.pick.url, markup=False, soft_wrap=True)
