"""What can go wrong with a replay, said in one line."""

from tools.errors import LabError


class ReplayError(LabError):
    """The replay cannot go on; the text says why and what to do."""


class InstanceGoneError(ReplayError):
    """Home Assistant does not answer any more."""


class NotATestInstanceError(ReplayError):
    """The instance looks like somebody's home."""
