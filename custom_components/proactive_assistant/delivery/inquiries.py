"""What the front desk answers: what is open, what was said and held back and why, and whether now is a good moment."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.util import dt as dt_util

from ..assistant.enums import Level, Verdict
from ..assistant.facts import Suggestion
from ..assistant.kinds import KINDS
from ..assistant.results import Decision
from ..options import CEILINGS, levels_of
from ..resident import Resident
from .account import dashboard_only, explanation, plain_line
from .asking import NOBODY, Asking, Caller, is_about
from .errors import NothingToExplainError
from .promises import EVERYTHING

WEEK: Final = timedelta(days=7)


class Inquiries(Asking):
    """Answers, and changes nothing."""

    @callback
    def explain(self, who: Caller, what: str, person: str | None = None) -> dict[str, Any]:
        """Return the record of a decision."""
        for resident in self._residents(who, person):
            found = self._record(resident, what)
            if found is not None:
                return found
        reader = self._reader(who, person)
        entry = next(
            iter(
                self._owner.desk.account.lines(
                    lambda line: reader(line) and what in (line.situation, line.suggestion_id, line.kind), limit=1
                )
            ),
            None,
        )
        if entry is None:
            raise NothingToExplainError
        return plain_line(entry)

    def _record(self, resident: Resident, what: str) -> dict[str, Any] | None:
        """Return what is known of a decision about one resident, from where most of it is kept."""
        for deed in reversed(self._ledger.deeds.values()):
            if deed.resident == resident.id and is_about(deed.suggestion, what, deed.id):
                extra = {"done": list(deed.changed), "automatic": deed.automatic, "status": deed.status.value}
                return explanation(deed.suggestion, deed.decision, deed.at, extra)
        for offer in reversed(self._ledger.offers_to(resident.id)):
            if is_about(offer.suggestion, what, offer.token):
                said = {"title": offer.title, "message": offer.message}
                return explanation(offer.suggestion, offer.decision, offer.at, said)
        for thread in self._owner.threads.open.values():
            if is_about(thread.suggestion, what):
                at = thread.decided_at.get(resident.id, thread.suggestion.created)
                return explanation(thread.suggestion, thread.decisions.get(resident.id), at, {})
        for lesson in reversed(self._ledger.lessons):
            if lesson.resident == resident.id and is_about(lesson.suggestion, what):
                extra = {"ended": lesson.outcome.reply.value, "ended_at": lesson.outcome.at.isoformat()}
                return explanation(lesson.suggestion, lesson.decision, lesson.outcome.at, extra)
        return None

    @callback
    def current(self, who: Caller, person: str | None = None, kind: str | None = None) -> list[dict[str, Any]]:
        """Return what is in front of a resident or held for them, most urgent first."""
        words, now = self._owner.desk.words, dt_util.utcnow()
        found: list[tuple[Suggestion, Decision, Resident, str]] = []
        for resident in self._residents(who, person):
            offers = [item for item in self._ledger.offers_to(resident.id) if item.suggestion.expires > now]
            told = {offer.suggestion.situation for offer in offers}
            found += [(offer.suggestion, offer.decision, resident, "offered") for offer in offers]
            found += [
                (thread.suggestion, decision, resident, "shown" if dashboard_only(decision) else "held_back")
                for thread in self._owner.threads.due(now)
                if (decision := thread.decisions.get(resident.id)) is not None
                and decision.verdict is not Verdict.DROP
                and thread.suggestion.situation not in told
            ]
        found = [item for item in found if kind in (None, item[0].kind)]
        found.sort(key=lambda item: (-item[0].urgency, -item[0].benefit))
        rows = []
        for suggestion, decision, resident, state in found:
            message = words.message(suggestion, decision.style)
            record = explanation(suggestion, decision, suggestion.created, {})
            texts = {"resident": resident.id, "person": resident.person, "state": state}
            rows.append(record | texts | {"title": message.title, "message": message.body})
        return rows

    @callback
    def recent(
        self,
        who: Caller,
        person: str | None = None,
        kind: str | None = None,
        outcome: str | None = None,
        since: datetime | None = None,
        limit: int = 50,
    ) -> list[dict[str, Any]]:
        """Return lines of the account, latest first; `outcome` is a line's type."""
        lines = self._owner.desk.account.lines(
            self._reader(who, person), kind=kind, outcome=outcome, since=since, limit=limit
        )
        return [plain_line(line) for line in lines]

    @callback
    def held_back(
        self,
        who: Caller,
        person: str | None = None,
        kind: str | None = None,
        since: datetime | None = None,
        limit: int = 50,
    ) -> dict[str, Any]:
        """Return `{items: [...], counts: {reason: n}}` of what was held back, by default in the last seven days."""
        reader = self._reader(who, person)
        account = self._owner.desk.account
        begin = since or dt_util.utcnow() - WEEK
        lines = account.lines(reader, kind=kind, outcome="held_back", since=begin, limit=limit)
        counted = account.held_counts(lambda line: reader(line) and kind in (None, line.kind), begin)
        return {"items": [plain_line(line) for line in lines], "counts": counted}

    @callback
    def counts(self, person: str | None = None) -> dict[str, Any]:
        """Return `{today, waiting, acceptance, offered}` of a resident or of the home."""
        resident = None if person is None else self._resident(NOBODY, person).id
        return self._owner.desk.account.counts(resident, dt_util.utcnow())

    async def async_check_now(self, who: Caller, person: str | None = None) -> list[dict[str, Any]]:
        """Return what would be said or done now, without doing it."""
        rows: list[dict[str, Any]] = []
        for resident in self._residents(who, person):
            now = dt_util.utcnow()
            for thread, decision in await self._owner.async_consider(resident, now):
                message = self._owner.desk.words.message(thread.suggestion, decision.style)
                record = explanation(thread.suggestion, decision, now, {})
                rows.append(record | {"resident": resident.id, "title": message.title, "message": message.body})
        return rows

    # Levels -------------------------------------------------------------------------------------

    @callback
    def level(self, kind: str) -> Level:
        """Return the level of a kind that is in force, under every ceiling."""
        self._known(kind)
        return min(self._owner.desk.promotion.chosen(kind), self._owner.settings.ceiling)

    @callback
    def ceiling(self) -> Level:
        """Return the ceiling of the home."""
        return self._owner.settings.ceiling

    @callback
    def levels(self, kind: str | None = None) -> tuple[Level, ...]:
        """Return the levels that may be chosen for a kind, or for the ceiling of the home."""
        if kind is None:
            return CEILINGS
        self._known(kind)
        return levels_of(kind)

    # Timing for others --------------------------------------------------------------------------

    @callback
    def good_moment(self, person: str) -> bool | None:
        """Return whether a message would be welcome now, as far as rules and the last judgement know."""
        resident = self._resident(NOBODY, person)
        if self._ledger.orders.silent(resident.id, dt_util.utcnow()):
            return False
        found = self._owner.receptivity.of(resident.id)
        return None if found is None else found.good

    @callback
    def kind_allowed(self, kind: str, person: str | None = None) -> bool:
        """Return whether a suggestion of a kind may be said now: level, pause, silence, quiet hours."""
        if self.level(kind) < Level.SUGGEST:
            return False
        now = dt_util.utcnow()
        policy = KINDS[kind]
        if self._owner.settings.quiet(dt_util.as_local(now)) and not policy.in_quiet_hours:
            return False
        residents = self._owner.residents.values() if person is None else [self._resident(NOBODY, person)]
        return any(
            not self._ledger.orders.silent(item.id, now)
            and not {kind, EVERYTHING} & self._ledger.silenced(item.id, now).keys()
            for item in residents
        )

    @callback
    def async_subscribe(self, listener: Callable[[str, dict[str, Any]], None]) -> CALLBACK_TYPE:
        """Call a listener with the type and data of every line of the account."""
        return self._owner.desk.account.on_event(listener)
