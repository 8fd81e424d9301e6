import pytest

from clients.access import is_client, is_coach
from clients.backends import PersonBackend

pytestmark = pytest.mark.django_db


def test_who_is_signed_in_comes_with_their_roles_in_one_query(coach, client_user, stranger, django_assert_num_queries):
    for person, roles in ((coach.user, (True, False)), (client_user, (False, True)), (stranger, (False, False))):
        with django_assert_num_queries(1):
            user = PersonBackend().get_user(person.pk)
            assert (is_coach(user), is_client(user)) == roles
        assert user == person


def test_closed_and_unknown_accounts_are_nobody(stranger):
    stranger.is_active = False
    stranger.save(update_fields=["is_active"])
    assert PersonBackend().get_user(stranger.pk) is None
    assert PersonBackend().get_user(999_999) is None
