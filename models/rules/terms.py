"""Rules about time: terms, renewals, days, what else the expert has promised."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from models.rules.facts import Commitment, PairingFacts
from models.rules.finding import Finding, decided, not_concerned, unknown
from models.rules.parameters import Parameters, choice_of, flag, number, whole

MONTHS = ("个月", "months")
DAYS = ("天", "days")


def last_day(starts: date, months: int) -> date:
    """The last day of a term of so many months: from 2027-03-01, 36 months end on 2030-02-28."""
    count = starts.year * 12 + starts.month - 1 + months
    year, month = divmod(count, 12)
    longest = calendar.monthrange(year, month + 1)[1]
    if starts.day > longest:
        return date(year, month + 1, longest)
    return date.fromordinal(date(year, month + 1, starts.day).toordinal() - 1)


def months_of(starts: date, ends: date) -> float:
    """About how many months a term has, to one digit: the whole ones, and the days of the rest by thirty."""
    whole_months = 0
    while last_day(starts, whole_months + 1) <= ends:
        whole_months += 1
    reached = last_day(starts, whole_months) if whole_months else date.fromordinal(starts.toordinal() - 1)
    return round(whole_months + (ends - reached).days / 30, 1)


def fullest(spans: Iterable[tuple[date, date]], starts: date, ends: date) -> int:
    """How many of the spans hold at once on the fullest day of the term."""
    inside = [(first, last) for first, last in spans if first <= ends and last >= starts]
    days = {max(first, starts) for first, _ in inside}
    return max((sum(first <= day <= last for first, last in inside) for day in days), default=0)


@dataclass(frozen=True, slots=True)
class TermCap(Parameters):
    """The longest term."""

    months: int = whole("最长期限", "Longest term", 1, 240, MONTHS)


def term_cap(facts: PairingFacts, own: TermCap) -> Finding:
    """The term ends no later than so many months after its start."""
    known = {"months": own.months, "term": months_of(facts.starts, facts.ends)}
    return decided(
        facts.ends <= last_day(facts.starts, own.months), **known, latest=str(last_day(facts.starts, own.months))
    )


@dataclass(frozen=True, slots=True)
class RenewalCap(Parameters):
    """How often one may renew."""

    most: int = whole("最多续签次数", "Most renewals", 0, 20, ("次", "times"))


def renewal_cap(facts: PairingFacts, own: RenewalCap) -> Finding:
    """A pairing that renews nothing is not concerned."""
    if facts.renewals is None:
        return unknown("renewals", most=own.most)
    if not facts.renewals:
        return not_concerned(most=own.most)
    return decided(facts.renewals <= own.most, most=own.most, renewals=facts.renewals)


WHERE = ("anywhere", "west")


@dataclass(frozen=True, slots=True)
class MinimumDays(Parameters):
    """The fewest days a year, anywhere or in the west."""

    days: float = number("每年最少天数", "Fewest days a year", 0.5, 366, DAYS)
    where: str = choice_of("在哪里", "Where", WHERE, default="anywhere")


def minimum_days(facts: PairingFacts, own: MinimumDays) -> Finding:
    """The days agreed, or those in the west, are enough."""
    days = facts.west_days if own.where == "west" else facts.days_per_year
    if days is None:
        return unknown("west_days", minimum=own.days)
    return decided(days >= own.days, minimum=own.days, days=days, where=own.where)


@dataclass(frozen=True, slots=True)
class DayBudget(Parameters):
    """Days beyond what the expert offers that are still let pass."""

    over: float = number("允许超出", "Days over that are allowed", 0, 60, DAYS, default=0.0)


def day_budget(facts: PairingFacts, own: DayBudget) -> Finding:
    """In no year of the term more days than are left, for nobody of the team; the tightest year is named."""
    if not facts.budgets:
        return unknown("days_per_year", over=own.over)
    open_ = [one for one in facts.budgets if one.left is None]
    known = [(one.left + own.over - one.asked, one) for one in facts.budgets if one.left is not None]
    if known:
        room, tightest = min(known, key=lambda pair: (pair[0], pair[1].year, pair[1].person))
        stated = {"year": tightest.year, "asked": tightest.asked, "left": tightest.left, "person": tightest.person}
        if room < 0:
            return decided(False, **stated, over=own.over)
    if open_:
        return unknown("days_per_year", over=own.over, person=open_[0].person)
    return decided(True, **stated, over=own.over)


AFTER = ("any", "broken_off")


@dataclass(frozen=True, slots=True)
class CoolingOff(Parameters):
    """Months between the end of one assignment at a host and the next that does not renew it."""

    months: int = whole("间隔", "Time between", 1, 120, MONTHS)
    after: str = choice_of("在哪种任务之后", "After which assignments", AFTER, default="any")


def cooling_off(facts: PairingFacts, own: CoolingOff) -> Finding:
    """Who was never here before, or renews (`last_ended` is None then), is not concerned."""
    is_free = own.after == "broken_off" and not facts.last_was_broken_off
    if facts.last_ended is None or is_free:
        return not_concerned(months=own.months)
    after = date.fromordinal(facts.last_ended.toordinal() + 1)
    earliest = date.fromordinal(last_day(after, own.months).toordinal() + 1)
    known = {"months": own.months, "last_ended": str(facts.last_ended), "earliest": str(earliest)}
    return decided(facts.starts >= earliest, **known)


@dataclass(frozen=True, slots=True)
class ConcurrentCap(Parameters):
    """How many an expert may have at once, this one included."""

    most: int = whole("同时最多", "Most at once", 1, 50, ("项", "assignments"))


def concurrent_cap(facts: PairingFacts, own: ConcurrentCap) -> Finding:
    """On the fullest day of the term."""
    others = fullest(((one.starts, one.ends) for one in facts.commitments), facts.starts, facts.ends)
    return decided(others + 1 <= own.most, most=own.most, at_once=others + 1)


@dataclass(frozen=True, slots=True)
class DateOverlap(Parameters):
    """Stays of at most so many days are stays on the spot: two of them cannot be at the same time."""

    stay_days: int = whole("视为驻点的最长期限", "Longest term that counts as one stay", 1, 400, DAYS)
    counts_remote: bool = flag("远程的也算", "Remote work counts too", default=False)


def date_overlap(facts: PairingFacts, own: DateOverlap) -> Finding:
    """A short stay does not fall into another one; long part-time terms may run beside each other."""
    known = {"stay_days": own.stay_days}
    if _length(facts.starts, facts.ends) > own.stay_days or (facts.is_remote and not own.counts_remote):
        return not_concerned(**known)
    found = [one.code for one in facts.commitments if _is_clash(one, facts, own)]
    return decided(not found, **known, found=found)


def _is_clash(one: Commitment, facts: PairingFacts, own: DateOverlap) -> bool:
    if one.is_remote and not own.counts_remote:
        return False
    return _length(one.starts, one.ends) <= own.stay_days and one.starts <= facts.ends and one.ends >= facts.starts


def _length(starts: date, ends: date) -> int:
    return (ends - starts).days + 1
