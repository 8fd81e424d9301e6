"""The smallest parts of the look: icon, status word, form control."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from django import forms, template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from config.kernel import htmx
from scheduling.queries.cards import ICONS

if TYPE_CHECKING:
    from django.contrib.messages.storage.base import Message
    from django.forms.boundfield import BoundField
    from django.utils.safestring import SafeString

    from config.kernel.registry import Panel

register = template.Library()

STATUS_ICONS = {str(shown): icon for shown, icon in ICONS.items()}
TONE_ICONS = {
    "wait": "hourglass",
    "ask": "question",
    "info": "info",
    "good": "tick",
    "bad": "alert",
    "none": "cross",
    "off": "lock",
}
BROWSERS = (("Edge", "Edg"), ("Opera", "OPR/"), ("Firefox", "Firefox/"), ("Chrome", "Chrome/"), ("Safari", "Safari/"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac", "Macintosh"),
    ("Linux", "Linux"),
)


@register.simple_block_tag(takes_context=True)
def dialog_heading(context: template.Context, content: str) -> SafeString:
    """The heading of a part that stands in the dialog, or on a page of its own, which needs a first-level one."""
    request = context.get("request")
    level = "h2" if request is not None and htmx.wants_part(request) else "h1"
    return format_html('<{0} id="dlg-t" tabindex="-1">{1}</{0}>', level, mark_safe(content))  # noqa: S308 - a template's


@functools.cache
def sprite() -> str:
    """Where the pictures are; a page asks for many."""
    return static("img/icons.svg")


@register.simple_tag(name="icon")
def picture(name: str, class_: str = "") -> SafeString:
    """A picture from the sprite; it says nothing itself, so a word or a label stands beside it."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f"icon {class_}".strip(),
        sprite(),
        name,
    )


@register.filter
def status_icon(status: str) -> str:
    """The icon of a session's status."""
    return STATUS_ICONS[status]


@register.simple_tag
def badge(of: str, word: Any, *, tone: bool = False, icon: str = "") -> SafeString:
    """A status in icon, word, edge and colour: a session's, or with `tone` anything else's."""
    kind, icons = ("tone", TONE_ICONS) if tone else ("status", STATUS_ICONS)
    return format_html('<span class="badge" data-{}="{}">{}{}</span>', kind, of, picture(icon or icons[of]), word)


@register.filter
def undo_of(message: Message) -> htmx.Undo | None:
    """What takes back the deed that this message tells of."""
    return htmx.undo_in(message)


@register.filter
def device(user_agent: str) -> str:
    """ "Firefox, Android" from what a browser says of itself; such lines name others too, so the order counts."""
    found = [next((name for name, sign in signs if sign in user_agent), "") for signs in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, found)) or _("Unknown browser")


@register.simple_tag(takes_context=True)
def panel(context: template.Context, part: Panel) -> SafeString:
    """A part that some room adds to this page."""
    with context.push(**part.context):
        assert context.template is not None
        return context.template.engine.get_template(part.template).render(context)


@register.simple_tag
def control(bound: BoundField, *, attrs: dict[str, Any] | None = None, **more: Any) -> SafeString:
    """Only the control of a field, in the look of the house; `class_`, `data_js_x` become attributes.

    A value of False leaves the attribute out."""
    extra = {name.rstrip("_").replace("_", "-"): value for name, value in {**(attrs or {}), **more}.items()}
    widget = bound.field.widget
    if not isinstance(widget, (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)):
        own = [widget.attrs.get("class", ""), extra.get("class", "")]
        extra["class"] = " ".join(["input", *filter(None, own)])
    return bound.as_widget(attrs=extra)


@register.simple_tag
def field(bound: BoundField, **options: Any) -> SafeString:
    """The whole field: label, control, hint and error.

    Options: `label`, `hint` and `cls` (of the field); all others are attributes of the control."""
    bound.label = options.pop("label", bound.label)
    bound.help_text = options.pop("hint", bound.help_text)
    shown = {"field": bound, "cls": options.pop("cls", ""), "attrs": options}
    return mark_safe(render_to_string("django/forms/field.html", shown))  # noqa: S308 - a template's own output


@register.filter
def first_id(bound: BoundField) -> str:
    """The id that a link in an error summary leads to: of the control, or of the first choice."""
    if bound.field.widget.use_fieldset:
        return bound.subwidgets[0].id_for_label if bound.subwidgets else bound.auto_id
    return bound.id_for_label


@register.filter
def colon(label: str) -> str:
    """The label as the beginning of a line: "Name:", but "Can it be driven?" as it is."""
    return label if str(label).endswith((":", "?", ";", "!", ".")) else f"{label}:"
