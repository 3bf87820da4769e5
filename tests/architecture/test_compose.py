"""The compose files name settings that exist and volumes that are declared; all shards are run."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.domain.shards import shards_of
from bot.settings import Settings
from tests.architecture.test_project import environment_name

ROOT = Path(__file__).parents[2]
PASSWORD = re.compile(r"\$\{POSTGRES_PASSWORD:\?[^}]+\}")


def read(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / name).read_text("utf-8")))


@pytest.mark.parametrize("name", ["compose.yaml", "compose.scale.yaml"])
def test_what_the_services_name_exists(name: str) -> None:
    contents = read(name)
    [folders] = re.findall(r"chown samewave (.+)", (ROOT / "Dockerfile").read_text("utf-8"))
    settings = {environment_name(field) for field in Settings.model_fields}
    mounted = set()
    for service in contents["services"].values():
        assert {"build", "image"} & set(service)
        named = {one for one in service.get("environment", {}) if not one.startswith("POSTGRES_")}
        assert named <= settings
        for other, how in dict(service.get("depends_on", {})).items():
            assert how["condition"] == "service_healthy"
            # The image of the bot has a health check of its own.
            assert "healthcheck" in contents["services"][other] or "build" in contents["services"][other]
        for volume in service["volumes"]:
            source, target = volume.split(":")
            mounted.add(source)
            if "build" in service:  # any other folder would belong to root, and the bot does not run as root
                assert target.removeprefix("/app/") in folders.split()
    assert mounted == set(contents["volumes"])


def test_the_processes_run_every_shard_once(monkeypatch: pytest.MonkeyPatch) -> None:
    bots = [service for service in read("compose.scale.yaml")["services"].values() if "build" in service]
    ids: list[int] = []
    for bot in bots:
        for variable, value in bot["environment"].items():
            monkeypatch.setenv(variable, PASSWORD.sub("secret", value))
        settings = Settings(_env_file=None)
        assert settings.postgres == "postgresql://samewave:secret@postgres/samewave"
        shards = shards_of(**settings.sharding)
        assert not shards.all
        ids += shards.ids
    assert len(bots) == 4
    assert sorted(ids) == list(range(shards.count))
    [first, *others] = (set(bot["depends_on"]) for bot in bots)
    assert first == {"postgres"}
    assert all(names == {"postgres", "bot-1"} for names in others)
