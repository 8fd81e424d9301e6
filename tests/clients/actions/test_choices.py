import pytest

from clients.actions import choices

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("choose", "field", "value"),
    [
        (choices.choose_language, "language", "el"),
        (choices.choose_theme, "theme", "dark"),
        (choices.choose_density, "density", "compact"),
        (choices.choose_shortcuts, "shortcuts", False),
        (choices.choose_time_zone, "time_zone", "Asia/Tokyo"),
    ],
)
def test_each_choice_is_kept_on_the_account_and_nothing_else(stranger, choose, field, value):
    before = type(stranger).objects.filter(pk=stranger.pk).values().get()
    choose(stranger, value)
    after = type(stranger).objects.filter(pk=stranger.pk).values().get()
    assert after == {**before, field: value}
