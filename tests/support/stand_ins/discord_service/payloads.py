"""Discord's JSON, with the fields that discord.py reads."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

Json = dict[str, Any]

BOT, LISTENER = 101, 102
GUILD = 200
CHANNELS = tuple(range(301, 309))
ALL_PERMISSIONS = str((1 << 50) - 1)
DIRECT = 1
"""The type of a channel of direct messages."""
_EPOCH = 1_420_070_400_000


def snowflakes() -> Iterator[int]:
    """Ids that carry the time, as Discord's do, each once."""
    for number in count():
        yield (int(datetime.now(UTC).timestamp() * 1000) - _EPOCH << 22) + number % (1 << 22)


def age(number: int) -> float:
    """How many seconds ago an id was made."""
    return datetime.now(UTC).timestamp() - ((number >> 22) + _EPOCH) / 1000


def now() -> str:
    return datetime.now(UTC).isoformat()


def user(number: int, name: str, *, bot: bool = False) -> Json:
    return {
        "id": str(number),
        "username": name,
        "global_name": name.title(),
        "discriminator": "0",
        "avatar": None,
        "bot": bot,
    }


BOT_USER = user(BOT, "samewave", bot=True)
LISTENER_USER = user(LISTENER, "listener")
APPLICATION: Json = {
    "id": str(BOT),
    "name": "Samewave",
    "description": "",
    "icon": None,
    "bot_public": True,
    "bot_require_code_grant": False,
    "verify_key": "0" * 64,
    "flags": 1 << 19,
    "owner": LISTENER_USER,
    "team": None,
}


def member(person: Json, *, whole: bool = True) -> Json:
    inside = {"roles": [], "joined_at": now(), "deaf": False, "mute": False, "nick": None, "flags": 0}
    return {**inside, "user": person} if whole else inside


def guild_id(number: int) -> int:
    """Ids of consecutive numbers belong to different shards."""
    return number << 22


def direct_channel(person: Json) -> Json:
    """Where a person and the bot write to each other."""
    return {"id": str(int(person["id"]) + (1 << 40)), "type": DIRECT, "recipients": [person]}


def channel(number: int, inside: int = GUILD) -> Json:
    return {
        "id": str(number),
        "type": 0,
        "guild_id": str(inside),
        "name": f"music-{number}",
        "position": number,
        "permission_overwrites": [],
        "nsfw": False,
        "parent_id": None,
        "topic": None,
        "last_message_id": None,
        "rate_limit_per_user": 0,
    }


def guild(number: int = GUILD, channels: Sequence[int] = CHANNELS) -> Json:
    everyone = {
        "id": str(number),
        "name": "@everyone",
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": 0,
        "permissions": ALL_PERMISSIONS,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    return {
        "id": str(number),
        "name": f"Waves {number}",
        "owner_id": str(LISTENER),
        "icon": None,
        "splash": None,
        "banner": None,
        "roles": [everyone],
        "channels": [channel(one, number) for one in channels],
        "members": [member(BOT_USER)],
        "member_count": 2,
        "large": False,
        "unavailable": False,
        "joined_at": now(),
        "emojis": [],
        "stickers": [],
        "features": [],
        "threads": [],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "afk_timeout": 300,
        "afk_channel_id": None,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "preferred_locale": "en-US",
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "vanity_url_code": None,
        "description": None,
    }


def message(number: int, where: int, author: Json, content: str, **more: Any) -> Json:
    return {
        "id": str(number),
        "channel_id": str(where),
        "author": author,
        "content": content,
        "timestamp": now(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": [],
        "pinned": False,
        "type": 0,
        "flags": 0,
        **more,
    }


def inside(guild: int | None, who: Json) -> Json:
    """What a message in a server says beside its content; nothing for a direct message."""
    if guild is None:
        return {}
    return {"guild_id": str(guild), "member": member(who, whole=False)}


def interaction(
    number: int,
    kind: int,
    where: int,
    data: Json,
    *,
    inside: int | None = GUILD,
    who: Json = LISTENER_USER,
    **more: Any,
) -> Json:
    """Kind 2 is a slash command, 3 a press of a component; inside no server it is in direct messages."""
    said: Json = {
        "id": str(number),
        "application_id": str(BOT),
        "type": kind,
        "token": f"interaction-token-{number}",
        "version": 1,
        "channel_id": str(where),
        "data": data,
        "locale": "en-US",
        "app_permissions": ALL_PERMISSIONS,
        "entitlements": [],
        "attachment_size_limit": 10_000_000,
        **more,
    }
    if inside is None:
        return {
            **said,
            "channel": direct_channel(who),
            "user": who,
            "authorizing_integration_owners": {"1": who["id"]},
            "context": 1,
        }
    return {
        **said,
        "guild_id": str(inside),
        "guild_locale": "en-US",
        "guild": {"id": str(inside), "locale": "en-US", "features": []},
        "channel": {**channel(where, inside), "permissions": ALL_PERMISSIONS},
        "member": {**member(who), "permissions": ALL_PERMISSIONS},
        "authorizing_integration_owners": {"0": str(inside)},
        "context": 0,
    }
