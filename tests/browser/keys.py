"""How somebody without a mouse gets about."""

from __future__ import annotations


def walk_to(page, target, *, steps=80, key="Tab"):
    """Press the key until the focus is on the target, as somebody without a mouse would."""
    for _ in range(steps):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"the keyboard does not reach {target}")


def choose(page, radio, *, steps=80):
    """Tab to the group that it belongs to, the one stop of it, and go down to it by arrows."""
    for _ in range(steps):
        if radio.evaluate("one => one.name === document.activeElement.name"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(steps):
        if radio.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the keyboard does not choose {radio}")


def stroll(page, target):
    """Tab to the one stop of the calendar's times, then by arrows to the target's day and down that day."""
    day = target.evaluate("element => element.closest('.day').id")
    walk_to(page, page.locator('.day-list [tabindex="0"]'))
    for _ in range(7):
        if page.locator(f"#{day} :focus").count():
            break
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Home")
    walk_to(page, target, key="ArrowDown")


def press(page, target, key="Enter", *, back=False):
    """Walk there, or back there, and press the key."""
    walk_to(page, target, key="Shift+Tab" if back else "Tab")
    page.keyboard.press(key)
