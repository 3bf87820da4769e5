"""Errors of sharing a catalogue and a model among machines."""

from bot.domain.errors import SamewaveError


class SharingFailed(SamewaveError):
    """A shared catalogue and model cannot be published or pulled."""
