"""Requests to Discord, validated against its OpenAPI description where that is available."""

import gzip
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import discord
import pytest
import simcord

from tests.support.reading import components_of, seen
from tests.support.shared_data import SHARED
from tests.support.world import World

jsonschema_rs = pytest.importorskip("jsonschema_rs", reason="comes with schemathesis")

SAID = (
    "!recommend Bohemian Rhapsody",
    "!recommend zzzzqqqq",
    "!similar Bohemian Rhapsody",
    "!cluster Bohemian Rhapsody",
    "!clusters",
    "!map",
    "!playlist chill 5",
    "!path Bohemian Rhapsody to Mr. Brightside",
    "!blend Bohemian Rhapsody + Mr. Brightside",
    "!radio start Bohemian Rhapsody",
    "!radio stop",
    "!hotlist",
    "!hotlist source",
    "!about",
    "!help",
    "!privacy",
    "!settings",
    "!settings log",
    "!block song Bohemian Rhapsody",
    "!unblock song Bohemian Rhapsody",
    "!session start fair no",
    "!session end",
    "!recomend Bohemian Rhapsody",
)
SLASHED: Sequence[tuple[str, Mapping[str, Any]]] = (
    ("recommend", {"song": "Bohemian Rhapsody"}),
    ("recommend", {"song": "zzzzqqqq"}),
    ("cluster", {"song": "Bohemian Rhapsody"}),
    ("playlist", {"song": "Bohemian Rhapsody"}),
    ("about", {}),
    ("settings show", {}),
)


@pytest.fixture
def described() -> Mapping[str, Any]:
    file = SHARED.parent / "apis" / "discord.openapi.json.gz"
    if not file.is_file():
        pytest.skip("needs Discord's own description beside the project")
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        read: dict[str, Any] = json.load(stream)
    # Discord takes ids as numbers too, as discord.py writes them.
    read["components"]["schemas"]["SnowflakeType"]["type"] = ["string", "integer"]
    return read


class Description:
    """Finds the operation of a request and checks its body."""

    def __init__(self, described: Mapping[str, Any]) -> None:
        self._described = described
        self._operations = [
            (re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path)), operations)
            for path, operations in sorted(described["paths"].items(), key=lambda one: one[0].count("{"))
        ]
        self._validators: dict[int, Any] = {}

    def faults(self, method: str, path: str, params: Mapping[str, Any], body: Any) -> Iterator[str]:
        operation = next(
            (
                operations[method.lower()]
                for pattern, operations in self._operations
                if pattern.fullmatch(path) and method.lower() in operations
            ),
            None,
        )
        if operation is None:
            yield f"{method} {path} is not described"
            return
        known = {one["name"] for one in operation.get("parameters", [])}
        yield from (f"{method} {path}: {name} is no parameter" for name in params if name not in known)
        if body is not None:
            for error in self._validator(operation).iter_errors(body):
                yield f"{method} {path}: {error.message[:300]} at {error.instance_path}"

    def _validator(self, operation: Mapping[str, Any]) -> Any:
        if id(operation) not in self._validators:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            whole = {**schema, "components": self._described["components"]}
            self._validators[id(operation)] = jsonschema_rs.Draft202012Validator(whole)
        return self._validators[id(operation)]


async def press_all(world: World, answer: Any) -> None:
    """Press every button under an answer."""
    for part in components_of(answer):
        with suppress(simcord.SetupError):  # gone since the press before
            if isinstance(part, discord.Button) and part.custom_id and not part.disabled:
                await world.listener.click(seen(answer), custom_id=part.custom_id)
            elif isinstance(part, discord.SelectMenu) and part.options:
                await world.listener.select(seen(answer), [part.options[0].value], custom_id=part.custom_id)


async def test_every_request_is_one_that_discord_describes(
    world: World, described: Mapping[str, Any]
) -> None:
    for text in SAID:
        await world.moderator.send(world.music, text)
        answer = world.music.last_message
        if answer is not None and answer.author.bot and answer.components:
            await press_all(world, answer)
    for name, options in SLASHED:
        await press_all(world, await world.moderator.slash(world.music, name, **options))
    await world.listener.autocomplete(world.music, "recommend", "song", "bohem")
    description, requests = Description(described), world.env.http_requests
    assert len(requests) > len(SAID) + len(SLASHED)
    faults = {
        fault
        for request in requests
        for fault in description.faults(request.method, request.path, request.params, request.json)
    }
    assert not faults


def test_an_invalid_request_is_found(described: Mapping[str, Any]) -> None:
    description, path = Description(described), "/channels/1/messages"
    assert not list(description.faults("POST", path, {}, {"content": "Hello"}))
    assert list(description.faults("POST", path, {}, {"content": ["Hello"]}))
    assert list(description.faults("POST", path, {"wait": 1}, {"content": "Hello"}))
    assert list(description.faults("POST", "/nowhere", {}, None))
