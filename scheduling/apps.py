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
        from scheduling.actions import people  # noqa: PLC0415  see above

        constraints.register(errors.CONSTRAINTS)
        # Both sides of a calendar have their home here.
        registry.role("coach", lambda user: hasattr(user, "coach"), home="scheduling:calendar", row="coach")
        registry.role("client", lambda user: hasattr(user, "client"), home="scheduling:my_home", row="client")
        registry.leaving("proposals", people.take_back_proposals)
