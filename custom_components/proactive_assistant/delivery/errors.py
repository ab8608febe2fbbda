"""What can be wrong with something a person asks of the desk; each has a text in the translations."""

from typing import ClassVar

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..const import DOMAIN


class DeskError(ServiceValidationError):
    """Something that cannot be done as asked; nothing has changed."""

    key: ClassVar[str] = "cannot"

    def __init__(self, **placeholders: str) -> None:
        """Carry the facts of the text."""
        super().__init__(
            translation_domain=DOMAIN,
            translation_key=self.key,
            translation_placeholders=placeholders or None,
        )


class NoSuchResidentError(DeskError):
    """Nobody of that name lives here."""

    key = "no_such_resident"


class NotYoursError(DeskError):
    """It belongs to another resident."""

    key = "not_yours"


class NothingToAnswerError(DeskError):
    """No such suggestion is open."""

    key = "nothing_to_answer"


class NothingToUndoError(DeskError):
    """Nothing was done that could still be undone."""

    key = "nothing_to_undo"


class NothingToExplainError(DeskError):
    """Nothing is on record about it."""

    key = "nothing_to_explain"


class UnlockedPhoneError(DeskError):
    """Only a tap on the unlocked phone it was sent to may do that (risk class A3)."""

    key = "needs_unlocked_phone"


class UnknownKindError(DeskError):
    """There is no such kind of suggestion."""

    key = "unknown_kind"


class LevelTooHighError(DeskError):
    """The kind may not go that far, whatever is chosen."""

    key = "level_too_high"


class AdminNeededError(DeskError):
    """It lets the home act by itself, which only an administrator may allow."""

    key = "admin_needed"


class NoSuchEntityError(DeskError):
    """There is no such entity in the home."""

    key = "no_such_entity"


class RoleMisfitError(DeskError):
    """The entity cannot be that: its domain or device class says otherwise."""

    key = "role_misfit"


class OutOfViewError(DeskError):
    """The entity is none of our business: excluded, hidden, a group or a setting of a device."""

    key = "role_out_of_view"


class RoleForAdminError(DeskError):
    """It widens what may be done, or takes away what warns, which only an administrator may say."""

    key = "role_for_admin"


class BadTimeError(DeskError):
    """A time or a duration that cannot be meant."""

    key = "bad_time"


class BadImportError(DeskError):
    """Text that is no export of a resident."""

    key = "bad_import"


class NotDoneError(HomeAssistantError):
    """Home Assistant could not do it."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(translation_domain=DOMAIN, translation_key="not_done")
