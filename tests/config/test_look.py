from __future__ import annotations

import gzip
import re
from pathlib import Path

import allauth
import django_htmx
import pytest

from config.checks import forbidden_in
from config.pages import menu
from config.pages.templatetags import look

ROOT = Path(__file__).resolve().parent.parent.parent
EVERYWHERE = (ROOT / "static/css/app.css").read_text()
# What everybody's browser runs, and what only a calendar needs.
SCRIPTS = {path.name: path.read_text() for path in sorted((ROOT / "static/js").glob("*.js"))}
SCRIPT = "".join(SCRIPTS.values())
HTMX = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"
CSS = EVERYWHERE + "".join((ROOT / f"static/css/{name}.css").read_text() for name in ("rooms", "print", "solo"))
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html") if "email" not in path.parent.parts)
STATUSES = (*look.STATUS_ICONS, *look.TONE_ICONS)
THEMES = ("light", "dark")


def rules_of(css):
    """Every innermost rule: its selector and what it declares."""
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", bare):
        parts = [part.split(":", 1) for part in split(body, ";") if ":" in part]
        yield selector.strip(), {name.strip(): value.strip() for name, value in parts}


def split(text, mark):
    """Split at the mark, but not inside brackets."""
    depth, piece = 0, ""
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == mark and not depth:
            yield piece
            piece = ""
        else:
            piece += letter
    yield piece


RULES = list(rules_of(CSS))
# The first word counts: later ones are for paper and for people who ask for more contrast.
TOKENS = {}
for _selector, _said in RULES:
    if _selector == ":root":
        TOKENS = {**_said, **TOKENS}
BY_STATUS = {
    name: said
    for selector, said in RULES
    if "--st-edge" in said
    for name in re.findall(r"\[data-(?:status|tone)=(\w+)\]", selector)
}


def colour(value, theme, names):
    """Red, green, blue of a CSS value in that theme; None for what is no plain colour."""
    value = value.strip()
    if match := re.fullmatch(r"light-dark\((.*)\)", value):
        return colour(list(split(match[1], ","))[THEMES.index(theme)], theme, names)
    if match := re.fullmatch(r"var\((--[\w-]+)(?:,(.*))?\)", value):
        return colour(names.get(match[1], match[2] or ""), theme, names)
    if match := re.fullmatch(r"color-mix\(in srgb, (.*)\)", value):
        first, second = split(match[1], ",")
        main, share = first.rsplit(" ", 1)
        one, other = (colour(each, theme, names) for each in (main, second))
        part = float(share.rstrip("%")) / 100
        return (
            None if None in (one, other) else tuple(a * part + b * (1 - part) for a, b in zip(one, other, strict=True))
        )
    if re.fullmatch(r"#[0-9a-f]{3}|#[0-9a-f]{6}", value):
        digits = value[1:] if len(value) == 7 else "".join(2 * digit for digit in value[1:])
        return tuple(int(digits[at : at + 2], 16) for at in (0, 2, 4))
    return None


def luminance(rgb):
    red, green, blue = (c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def of_tokens(theme, *names):
    return [colour(f"var(--{name})", theme, TOKENS) for name in names]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["bg", "surface", "sunken"])
@pytest.mark.parametrize("text", ["text", "muted", "accent", "accent-strong", "danger", "now"])
def test_text_is_legible_on_every_ground(text, ground, theme):
    assert contrast(*of_tokens(theme, text, ground)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("on-accent", "accent"),
        ("on-accent", "accent-strong"),
        ("text", "accent-bg"),
        ("muted", "accent-bg"),
        ("accent", "accent-bg"),
        ("accent-strong", "accent-bg"),
        ("danger", "danger-bg"),
        ("text", "hatch"),
        ("text", "line-soft"),
    ],
)
def test_text_is_legible_on_colour(text, ground, theme):
    assert contrast(*of_tokens(theme, text, ground)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["bg", "surface", "sunken"])
@pytest.mark.parametrize("edge", ["control", "accent", "danger", "focus"])
def test_edges_are_seen_on_every_ground(edge, ground, theme):
    assert contrast(*of_tokens(theme, edge, ground)) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("status", STATUSES)
def test_status_is_legible_and_its_edge_is_seen(status, theme):
    names = {**TOKENS, **BY_STATUS[status]}
    text, ground, edge, surface = (
        colour(f"var(--{name})", theme, names) for name in ("st", "st-bg", "st-edge", "surface")
    )
    assert contrast(text, ground) >= 4.5
    assert contrast(edge, ground) >= 3
    assert contrast(edge, surface) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_whatever_a_rule_says_of_text_and_ground_fits(theme):
    pale = []
    for selector, said in RULES:
        names, seen_in = {**TOKENS, **said}, said.get("color-scheme", theme)
        ground = colour(said.get("background", said.get("background-color", "")), seen_in, names)
        text = colour(said.get("color", ""), seen_in, names)
        if None not in (ground, text) and contrast(text, ground) < 4.5:
            pale.append((selector, round(contrast(text, ground), 2)))
    assert pale == []


def test_contrast_measures_as_it_should():
    assert round(contrast((0, 0, 0), (255, 255, 255)), 2) == 21
    assert round(contrast((119, 119, 119), (255, 255, 255)), 2) == 4.48


def test_stylesheet_is_small_and_orderly():
    assert len(gzip.compress(EVERYWHERE.encode(), 9, mtime=0)) <= 14 * 1024
    assert "!important" not in CSS
    assert re.findall(r"url\((?!#)", CSS) == []
    assert CSS.count("{") == CSS.count("}")
    assert {float(size) for size in re.findall(r"font-size: (\.\d+)rem", CSS)} >= {0.75}
    assert [size for size in re.findall(r"font-size: (\.\d+)rem", CSS) if float(size) < 0.6875] == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_is_short_and_needs_no_eval(name):
    assert SCRIPTS[name].count("\n") < (150 if name == "app.js" else 200)
    assert re.findall(r"innerHTML|outerHTML|insertAdjacent|\beval\(|Function\(|document\.write", SCRIPTS[name]) == []


def test_scripts_of_each_page_are_small_all_together():
    pages = {path.name: set(re.findall(r"static \"js/(\w+\.js)\"", path.read_text())) for path in TEMPLATES}
    everywhere = pages["base.html"]
    assert everywhere.union(*pages.values()) == set(SCRIPTS)
    for page, scripts in pages.items():
        sent = [HTMX.read_bytes(), *(SCRIPTS[name].encode() for name in everywhere | scripts)]
        assert sum(len(gzip.compress(each, 9, mtime=0)) for each in sent) <= 26 * 1024, page


def test_every_variable_is_defined():
    used = set(re.findall(r"var\((--[\w-]+)", CSS))
    defined = set(re.findall(r"(--[\w-]+)\s*:", CSS))
    assert used - defined == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_template_holds_no_style_and_no_script(path):
    markup = path.read_text()
    assert forbidden_in(markup) == []
    assert "!important" not in markup
    assert re.findall(r"""(?:src|href|action)=["']https?:""", markup) == []


def test_icons_are_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/img/icons.svg").read_text()))
    asked = {name for path in TEMPLATES for name in re.findall(r"{% icon [\"']([\w-]+)[\"']", path.read_text())}
    asked |= {place.icon for place in menu.PLACES} | {*look.STATUS_ICONS.values(), *look.TONE_ICONS.values()}
    assert asked - drawn == set()


def test_pictures_of_empty_pages_exist():
    asked = {name for path in TEMPLATES for name in re.findall(r'include "(art/[\w.-]+)"', path.read_text())}
    assert {name for name in asked if not (ROOT / "templates" / name).exists()} == set()


def test_what_reads_itself_anew_reads_the_newest_of_two_changes():
    """It is another element after the first answer, and whatever waited for that answer would be forgotten with it."""
    reading = [
        (path.name, tag)
        for path in TEMPLATES
        for tag in re.findall(r"<[a-z]+ [^>]*from:body[^>]*>", path.read_text())
        if 'hx-swap="outerHTML"' in tag
    ]
    assert len(reading) >= 7
    # Two events of one answer would be two readings, of which the browser reports the first as broken off.
    assert {tag for _name, tag in reading if tag.count("calendar:changed") and tag.count("pending:changed")} == set()
    forgetful = {name for name, tag in reading if 'hx-sync="this:replace" hx-disinherit="hx-sync"' not in tag}
    assert forgetful == set()


def test_hooks_of_templates_are_known_to_the_script():
    said = {hook for path in TEMPLATES for hook in re.findall(r"\bdata-js-[\w-]+", path.read_text())}
    known = {"data-js-" + name.lower() for name in re.findall(r"dataset\.js([A-Z]\w*)", SCRIPT)}
    known |= set(re.findall(r"data-js-[\w-]+", SCRIPT))
    assert said - known == set()


# Frames and pieces of allauth's own pages, and pages of what is turned off here: phones, accounts by themselves, trust.
NOT_SHOWN = re.compile(
    r"(^|/)base_|/base\.html|snippets/|phone|signup(_by_passkey|_form)?\.html|email_change|trust|verified_email|_code\.html"
)


def test_every_page_of_allauth_has_our_look():
    theirs = Path(allauth.__file__).parent / "templates"
    pages = {
        str(path.relative_to(theirs))
        for room in ("account", "mfa", "usersessions")
        for path in (theirs / room).rglob("*.html")
    }
    shown = {page for page in pages if not NOT_SHOWN.search(page)} | {"account/confirm_login_code.html"}
    assert {page for page in shown if not (ROOT / "templates" / page).exists()} == set()
