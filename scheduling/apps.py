"""The app's entry: joins its words and roles to the kernel."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchedulingConfig(AppConfig):
    name = "scheduling"
    verbose_name = _("Calendars and sessions")

    def ready(self) -> None:
        from config.kernel import constraints, registry  # noqa: PLC0415  nothing of the house before its apps
        from scheduling import errors  # noqa: PLC0415  see above
        from scheduling.actions import feed, people  # noqa: PLC0415  see above
        from scheduling.news import kinds  # noqa: PLC0415  see above
        from scheduling.panels import home, reports  # noqa: PLC0415  see above

        constraints.register(errors.CONSTRAINTS)
        # Both sides of a calendar have their home here.
        registry.role("coach", lambda user: hasattr(user, "coach"), home="pages:home", row="coach")
        registry.role("client", lambda user: hasattr(user, "client"), home="scheduling:my_home", row="client")
        kinds.declare()
        registry.leaving("proposals", people.take_back_proposals)
        registry.leaving("feed", feed.end_feed)
        for place, part in enumerate((home.today, home.waiting, home.free)):
            registry.panel("home", place * 10, part)
        for place, chart in enumerate((reports.load, reports.hours, reports.missed, reports.unpaid, reports.offers)):
            registry.panel("reports", place * 10, chart)
