"""What can go wrong in the lab in ways that a person at the command line can put right."""


class LabError(Exception):
    """A failure whose message alone tells what to do; the command line shows it without a traceback."""


class ArgumentError(LabError):
    """An argument that makes no sense, alone or together with another."""


class PriorsError(LabError):
    """A table of the priors is missing, damaged or not the one this code was written for."""


class InterruptedRunError(LabError):
    """The person at the command line stopped a run that can go on."""


class StorageError(LabError):
    """Data could not be written or read back whole."""
