"""What the office types, judged by the rules of the tables and refused in their words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS

from config.kernel import constraints

if TYPE_CHECKING:
    from django.core.exceptions import ValidationError

    Form = forms.ModelForm[Any]
else:
    Form = forms.ModelForm


class OfficeForm(Form):
    """Of a broken rule Django itself would say: "Constraint “coach_price_not_negative” is violated."."""

    def _update_errors(self, errors: ValidationError) -> None:
        known = constraints.known()
        rules = [rule for rule in self._meta.model._meta.constraints if rule.name in known]
        broken = {rule.get_violation_error_message(): known[rule.name] for rule in rules}
        for each in getattr(errors, "error_dict", {}).get(NON_FIELD_ERRORS, ()):
            if refusal := broken.get(each.message):
                said = refusal()
                each.message = f"{said.words} {said.next_words}"
        super()._update_errors(errors)  # type: ignore[misc]  # the stubs leave it out
