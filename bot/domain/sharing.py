"""What is said where machines share a catalogue and a model."""

from bot.domain.errors import SamewaveError


class SharingFailed(SamewaveError):
    """A shared catalogue and model cannot be published or taken up."""
