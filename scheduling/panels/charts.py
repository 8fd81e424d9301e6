"""Each figure of the reports as a chart: where its parts lie, one sentence of what it shows, and its table."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.dateformat import format as spell
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.kernel import charts, dates
from config.kernel.charts import Amount
from config.kernel.numbers import number, percent
from scheduling.panels import tables
from scheduling.states import ProposalKind
from scheduling.templatetags.calendar import money

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from config.kernel.charts import Piece
    from config.kernel.sheets import Table
    from scheduling.queries.reports import Answers, Came, Load, Loads, Owed

# Of fewer sessions, a rate says little.
FEW = 10
# So many columns fit half a page.
_NARROW_COLUMNS = 13
_STRIP = 26


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A card of the reports.  Without a finding there is nothing to draw yet."""

    key: str
    heading: str
    note: str
    finding: str
    table: Table
    drawing: Any = None
    is_wide: bool = False
    # Whether some of its columns are pale, for they stand for few.
    has_few: bool = False


@dataclass(frozen=True, kw_only=True)
class Strip:
    """A lying bar: the words above it at both ends, and what stands below.  It is stretched, so it holds no words."""

    label: str
    value: str
    below: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True)
class Strips:
    """Lying bars, one below the other."""

    strips: tuple[Strip, ...]
    width: int = charts.NARROW
    height: int = _STRIP


def of_load(loads: Loads) -> Chart:
    """The week as a map of how full each hour is."""
    whole, opened = loads.whole, {place: load for place, load in loads.hours.items() if load.open}
    days, hours = sorted({day for day, _hour in opened}), sorted({hour for _day, hour in opened})
    return Chart(
        key="load",
        heading=_("Week load"),
        note=_("booked percent of open time, n = {hours} h").format(hours=number(whole.open / 60)),
        finding=_fullest(opened) if whole.booked else "",
        table=tables.of_load(loads),
        drawing=charts.heat_map(
            {day: tables.weekday(day, "D") for day in days},
            {hour: f"{hour:02}" for hour in hours},
            {place: load.share for place, load in opened.items()},
        ),
        is_wide=True,
    )


def of_hours(loads: Loads) -> Chart:
    """How many of the open hours are booked, week by week."""
    whole = loads.whole
    amounts = [
        Amount(
            part=load.booked / 60,
            whole=load.open / 60,
            number=number(load.booked / 60),
            label=str(monday.isocalendar().week),
        )
        for monday, load in loads.weeks.items()
    ]
    is_wide = len(amounts) > _NARROW_COLUMNS
    mean = whole.booked / 60 / max(1, len(amounts))
    return Chart(
        key="hours",
        heading=_("Use of open hours"),
        note=_("hours a week, n = {weeks} weeks").format(weeks=len(amounts)),
        finding=_used(loads) if whole.open and (whole.booked or whole.outside) else "",
        table=tables.of_hours(loads),
        drawing=charts.columns(
            amounts,
            width=charts.WIDE if is_wide else charts.NARROW,
            mark=(mean, _("dashed: {hours} h on average").format(hours=number(mean))),
        ),
        is_wide=is_wide,
    )


def of_missed(came: Mapping[dt.date, Came]) -> Chart:
    """The share of sessions that were missed, month by month."""
    count, missed = sum(each.count for each in came.values()), sum(each.missed for each in came.values())
    amounts = [
        Amount(
            part=each.rate * 100,
            number=percent(each.rate) if each.count else "–",
            label=spell(month, "M"),
            second_label=f"n = {each.count}",
            is_pale=each.count < FEW,
        )
        for month, each in came.items()
    ]
    is_wide = len(amounts) > _NARROW_COLUMNS // 2
    return Chart(
        key="missed",
        heading=_("No-shows"),
        note=_("missed percent of sessions, n = {sessions}").format(sessions=number(count)),
        finding=_missed(missed, count) if count else "",
        table=tables.of_missed(came),
        drawing=charts.columns(amounts, width=charts.WIDE if is_wide else charts.NARROW, unit="\u00a0%"),
        is_wide=is_wide,
        has_few=any(amount.is_pale for amount in amounts),
    )


def of_unpaid(owed: Sequence[Owed], *, now: dt.datetime) -> Chart:
    """What is not paid, by age."""
    count, total = sum(each.count for each in owed), sum((each.total for each in owed), start=Decimal())
    most = max(each.count for each in owed)
    strips = (
        Strip(
            label=age,
            value=f"{number(each.count)} · {money(each.total)}",
            below="",
            pieces=tuple(charts.strip([each.count], of=most, height=_STRIP)),
        )
        for age, each in zip(tables.ages(), owed, strict=True)
    )
    oldest = min((each.oldest for each in owed if each.oldest), default=now)
    words = ngettext(
        "{count} session is unpaid, {total}. It is {days} days old.",
        "{count} sessions are unpaid, {total} in all. The oldest is {days} days old.",
        count,
    )
    finding = words.format(count=number(count), total=money(total), days=number((now - oldest).days))
    return Chart(
        key="unpaid",
        heading=_("Unpaid by age"),
        note=_("of all time, n = {sessions}").format(sessions=number(count)),
        finding=finding if count else "",
        table=tables.of_unpaid(owed),
        drawing=Strips(strips=tuple(strips)),
    )


def of_answers(answers: Mapping[ProposalKind | None, Answers]) -> Chart:
    """What became of offers, and how fast, for both ways out of a clash."""
    every = answers[None]
    strips = (
        Strip(
            label=str(kind.label),
            value=f"n = {number(answers[kind].decided)}",
            below=_speed(answers[kind]),
            pieces=tuple(charts.strip(_ends(answers[kind]), height=_STRIP)),
        )
        for kind in ProposalKind
    )
    finding = _("{replied} of {count} offers were answered: {rate}. A time was chosen in {answered}.").format(
        replied=number(every.replied),
        count=number(every.decided),
        rate=percent(every.rate),
        answered=number(every.answered),
    )
    return Chart(
        key="offers",
        heading=_("Offers answered"),
        note=_("sent in these weeks and decided, n = {offers}").format(offers=number(every.decided)),
        finding=f"{finding} {_speed(every)}".strip() if every.decided else "",
        table=tables.of_answers(answers),
        drawing=Strips(strips=tuple(strips)),
    )


def _ends(answers: Answers) -> list[int]:
    return [answers.answered, answers.declined, answers.expired]


def _speed(answers: Answers) -> str:
    if answers.median is None or answers.ninth is None:
        return ""
    return _("Half of the answers came within {half}, nine in ten within {most}.").format(
        half=dates.length(answers.median), most=dates.length(answers.ninth)
    )


def _fullest(opened: Mapping[tuple[int, int], Load]) -> str:
    shares = {place: round(opened[place].share * 100) for place in sorted(opened)}
    most, least = max(shares.values()), min(shares.values())
    if most == least:
        return _("Every open hour is equally full: {share}.").format(share=percent(most / 100))
    return _("Fullest: {full}, {most}. Most room: {empty}, {least}.").format(
        full=_hours_of(shares, most),
        most=percent(most / 100),
        empty=_hours_of(shares, least),
        least=percent(least / 100),
    )


def _hours_of(shares: Mapping[tuple[int, int], int], share: int) -> str:
    """ "Monday 10:00", "Monday 10:00 and 3 more hours": the first of those with that share, and how many there are."""
    (day, hour), *others = (place for place, each in shares.items() if each == share)
    first = f"{tables.weekday(day)} {hour:02}:00"
    if not others:
        return first
    words = ngettext("{first} and {count} more hour", "{first} and {count} more hours", len(others))
    return words.format(first=first, count=number(len(others)))


def _used(loads: Loads) -> str:
    whole = loads.whole
    words = _("{booked} of {open} open hours are booked: {share}.").format(
        booked=number(whole.booked / 60), open=number(whole.open / 60), share=percent(whole.share)
    )
    if whole.outside < 60:
        return words
    outside = _("Outside your hours: {hours} h more.").format(hours=number(whole.outside / 60))
    return f"{words} {outside}"


def _missed(missed: int, count: int) -> str:
    if not missed:
        return _("Nobody missed a session.")
    words = ngettext(
        "{missed} of {count} session was missed: {rate}.", "{missed} of {count} sessions were missed: {rate}.", count
    )
    return words.format(missed=number(missed), count=number(count), rate=percent(missed / count, 1))
