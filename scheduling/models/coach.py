"""A coach's working rules: whose calendar it is, and when it is open."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from clients.models.fields import time_zone_field
from config.kernel.schema import SaneSpan
from scheduling.ranges import DateRange, Int4Range, Int8Range, NumRange, SecondsOfDay, as_integer
from scheduling.states import FeedNames

_SAME_COACH = (Int8Range(F("coach"), F("coach"), Value("[]")), RangeOperators.OVERLAPS)


class Coach(models.Model):
    """A user who sees clients, with the settings of their calendar.  All lengths in minutes."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="coach",
        verbose_name=_("signs in as"),
    )
    title = models.TextField(_("title"), blank=True, default="", db_default="")
    time_zone = time_zone_field()
    session_minutes = models.IntegerField(
        _("session length"), default=50, db_default=50, validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    slot_step_minutes = models.IntegerField(
        _("a start every"), default=30, db_default=30, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    buffer_minutes = models.IntegerField(
        _("pause between sessions"), default=0, db_default=0, validators=[MinValueValidator(0), MaxValueValidator(240)]
    )
    notice_minutes = models.IntegerField(
        _("notice needed"), default=0, db_default=0, validators=[MinValueValidator(0), MaxValueValidator(43_200)]
    )
    horizon_days = models.IntegerField(
        _("bookable ahead, days"), default=90, db_default=90, validators=[MinValueValidator(1), MaxValueValidator(730)]
    )
    closed_on_holidays = models.BooleanField(_("closed on public holidays"), default=True, db_default=True)
    price = models.DecimalField(_("price"), max_digits=10, decimal_places=2, null=True, blank=True)
    feed_names = models.TextField(
        _("names in the calendar feed"),
        choices=FeedNames,
        default=FeedNames.SESSION,
        db_default=FeedNames.SESSION.value,
    )
    # Up to here the days that time itself has made bookable were given to whoever waits.
    reached_until = models.DateTimeField(_("bookable until"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("coach")
        verbose_name_plural = _("coaches")
        constraints = [
            models.CheckConstraint(
                condition=Q(session_minutes__range=(5, 480), slot_step_minutes__range=(5, 240)),
                name="coach_minutes_in_reason",
            ),
            models.CheckConstraint(condition=Q(feed_names__in=FeedNames.values), name="coach_feed_names_known"),
            models.CheckConstraint(
                condition=Q(
                    buffer_minutes__range=(0, 240), notice_minutes__range=(0, 43_200), horizon_days__range=(1, 730)
                ),
                name="coach_limits_in_reason",
            ),
            models.CheckConstraint(condition=Q(price__isnull=True) | Q(price__gte=0), name="coach_price_not_negative"),
        ]

    def __str__(self) -> str:
        return str(self.user)


class AvailabilityRule(models.Model):
    """Open every week on that weekday (Monday is 0), between two local times of the coach's zone."""

    coach = models.ForeignKey(Coach, on_delete=models.PROTECT, related_name="rules", verbose_name=_("coach"))
    weekday = models.SmallIntegerField(_("weekday"), validators=[MinValueValidator(0), MaxValueValidator(6)])
    starts_at = models.TimeField(_("from"))
    ends_at = models.TimeField(_("to"))
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("weekly hours")
        verbose_name_plural = _("weekly hours")
        constraints = [
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="rule_weekday_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="rule_ends_after_start"),
            ExclusionConstraint(
                name="rule_no_overlap",
                expressions=[
                    _SAME_COACH,
                    (
                        Int4Range(as_integer("weekday"), as_integer("weekday"), Value("[]")),
                        RangeOperators.OVERLAPS,
                    ),
                    (NumRange(SecondsOfDay(F("starts_at")), SecondsOfDay(F("ends_at"))), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.starts_at:%H:%M}–{self.ends_at:%H:%M}"


class AvailabilityOverride(models.Model):
    """Other hours on one date, in place of the weekly ones; without times, closed that day."""

    coach = models.ForeignKey(Coach, on_delete=models.PROTECT, related_name="overrides", verbose_name=_("coach"))
    date = models.DateField(_("date"))
    starts_at = models.TimeField(_("from"), null=True, blank=True)
    ends_at = models.TimeField(_("to"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("other hours on a date")
        verbose_name_plural = _("other hours on dates")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True)
                | Q(starts_at__isnull=False, ends_at__isnull=False, ends_at__gt=F("starts_at")),
                name="override_times_or_closed",
            ),
            ExclusionConstraint(
                name="override_no_overlap",
                expressions=[
                    _SAME_COACH,
                    (DateRange(F("date"), F("date"), Value("[]")), RangeOperators.OVERLAPS),
                    (
                        # A closed day is the whole day, and so clashes with hours on it.
                        NumRange(
                            Coalesce(SecondsOfDay(F("starts_at")), Value(0, models.DecimalField())),
                            Coalesce(SecondsOfDay(F("ends_at")), Value(86_400, models.DecimalField())),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date}"


class TimeOff(models.Model):
    """Away: a holiday, an illness, a course.  What is booked in it stays until somebody decides."""

    coach = models.ForeignKey(Coach, on_delete=models.PROTECT, related_name="time_off", verbose_name=_("coach"))
    during = DateTimeRangeField(_("when"))
    reason = models.TextField(_("reason"), blank=True, default="", db_default="")
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("time off")
        verbose_name_plural = _("time off")
        constraints = [models.CheckConstraint(condition=SaneSpan(F("during")), name="time_off_is_sane")]
        indexes = [models.Index(fields=["coach"], name="time_off_by_coach")]

    def __str__(self) -> str:
        return f"{self.coach_id} {self.during}"
