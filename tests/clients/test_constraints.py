from __future__ import annotations

import pytest

from tests.raw import CARE, CHECK, CLIENT, DENIED, EXPIRES, LATE, UNIQUE, USER, delete, insert, update

AUDIT, OUTBOX, LINK = "clients_auditevent", "clients_outboxmessage", "clients_accesslink"
FORM, BELL = "clients_submittedform", "clients_notification"
TOKEN, OTHER_TOKEN = b"t" * 32, b"o" * 32


def test_user_email_is_one_persons_and_in_small_letters(raw):
    user = raw.user()
    email = raw.one("SELECT email FROM clients_user WHERE id = %s", user)
    raw.refused(CHECK, "user_email_is_lower", insert(USER, email="Elena@praxis.test"))
    raw.refused(UNIQUE, "user_email_key", insert(USER, email=email))


def test_user_choices_are_known(raw):
    user = raw.user()
    raw.refused(CHECK, "user_language_known", update(USER, user, language="de"))
    raw.refused(CHECK, "user_theme_known", update(USER, user, theme="pink"))
    raw.refused(CHECK, "user_density_known", update(USER, user, density="tight"))
    raw(*update(USER, user, language="en", theme="dark"))
    raw.commit()


@pytest.mark.parametrize(
    ("table", "name_rule", "email_rule"),
    [(USER, "user_name_is_sane", "user_email_is_sane"), (CLIENT, "client_name_is_sane", "client_email_is_sane")],
)
def test_names_and_addresses_are_a_line_that_fits(raw, table, name_rule, email_rule):
    row = raw.user() if table == USER else raw.client()
    for name in ("x" * 201, "x" * 100_000, "two\r\nlines", "a\tb", "\u0085", "\u202eturned", "\u2028"):
        raw.refused(CHECK, name_rule, update(table, row, full_name=name))
    for email in ("x" * 243 + "@praxis.test", "a\nb@praxis.test"):
        raw.refused(CHECK, email_rule, update(table, row, email=email))
    for name in ("", "x" * 200, "Μαρία Παπαδοπούλου-O’Neill", "李 小龍"):
        raw(*update(table, row, full_name=name))
    raw(*update(table, row, email="x" * 242 + "@praxis.test"))
    raw.commit()


def test_client_choices_are_known(raw):
    client = raw.client()
    raw.refused(CHECK, "client_status_known", update(CLIENT, client, status="gone"))
    raw.refused(CHECK, "client_source_known", update(CLIENT, client, source="paper"))
    raw.refused(CHECK, "client_language_known", update(CLIENT, client, language="de"))


def test_client_archived_and_back(raw):
    client = raw.client()
    raw(*update(CLIENT, client, status="archived"))
    raw(*update(CLIENT, client, status="active"))
    raw.commit()


def test_client_of_the_directory_has_the_time_of_its_last_sync_and_nobody_else_has(raw):
    raw.make(CLIENT, source="directory", synced_at=EXPIRES)
    raw.commit()
    raw.refused(CHECK, "client_directory_has_synced_at", insert(CLIENT, source="directory"))
    raw.refused(CHECK, "client_directory_has_synced_at", insert(CLIENT, synced_at=EXPIRES))


def test_client_user_is_one_clients(raw):
    user = raw.user()
    raw.make(CLIENT, user_id=user)
    raw.refused(UNIQUE, "client_user_key", insert(CLIENT, user_id=user))


def test_client_email_may_be_a_familys(raw):
    raw.make(CLIENT, email="family@praxis.test")
    raw.make(CLIENT, email="family@praxis.test")
    raw.commit()


def test_care_is_one_row_for_two_people(raw):
    coach = raw.coach()
    client = raw.client(coach)
    raw.refused(UNIQUE, "care_once", insert(CARE, client_id=client, provider_id=coach))


def test_audit_is_only_added_to(raw):
    raw.as_owner()
    event = raw.make(AUDIT, verb="book", object="session:1")
    raw.commit()
    raw.refused(CHECK, "audit_append_only", update(AUDIT, event, verb="cancel"))
    raw.refused(CHECK, "audit_append_only", delete(AUDIT, event))


def test_audit_refuses_even_where_no_row_is_meant(raw):
    raw.as_owner()
    raw.refused(CHECK, "audit_append_only", delete(AUDIT, -1))


def test_outbox_tells_one_person_once_of_one_version(raw):
    news = {"kind": "moved", "object": "session:1", "recipient": "client:x"}
    raw.make(OUTBOX, version=1, **news)
    raw.make(OUTBOX, version=2, **news)
    raw.make(OUTBOX, version=1, **(news | {"recipient": "user:5"}))
    raw.refused(UNIQUE, "outbox_once", insert(OUTBOX, version=1, **news))


def test_what_waits_in_the_outbox_is_sent_or_dropped_and_says_what_became_of_it(raw):
    news = {"kind": "moved", "object": "session:1", "recipient": "client:x", "version": 1}
    raw.refused(CHECK, "outbox_outcome_known", insert(OUTBOX, **news, outcome="eaten"))
    raw.refused(CHECK, "outbox_sent_or_dropped", insert(OUTBOX, **news, sent_at=EXPIRES, dropped_at=LATE))
    raw.make(OUTBOX, **news, outcome="mailed", sent_at=EXPIRES)


def test_bell_rings_once_for_one_message(raw):
    user = raw.user()
    message = raw.make(OUTBOX, kind="moved", object="session:1", recipient=f"user:{user}", version=1)
    bell = {"user_id": user, "kind": "moved", "message_id": message}
    raw.make(BELL, **bell)
    raw.refused(UNIQUE, "notification_once", insert(BELL, **bell))


def test_link_has_one_whole_token_and_ends_after_it_was_made(raw):
    link = {"purpose": "proposal", "object": "proposal:1", "created_at": EXPIRES, "expires_at": LATE}
    raw.make(LINK, token_sha256=TOKEN, **link)
    raw.refused(UNIQUE, "link_token_once", insert(LINK, token_sha256=TOKEN, **link))
    raw.refused(CHECK, "link_token_is_sha256", insert(LINK, token_sha256=b"short", **link))
    link["expires_at"] = EXPIRES
    raw.refused(CHECK, "link_expires_later", insert(LINK, token_sha256=OTHER_TOKEN, **link))


def test_submitted_form_counts_once_for_each_person(raw):
    raw.make(FORM, who="user:1", key="k", fingerprint="f")
    raw.make(FORM, who="user:2", key="k", fingerprint="f")
    raw.refused(UNIQUE, "submitted_form_once", insert(FORM, who="user:1", key="k", fingerprint="other"))


def test_notification_preference_is_one_for_a_kind_on_a_channel(raw):
    wish = {"user_id": raw.user(), "kind": "moved", "channel": "mail"}
    raw.make("clients_notificationpreference", **wish)
    raw.refused(UNIQUE, "notification_preference_once", insert("clients_notificationpreference", **wish))


def test_identity_conflict_is_decided_by_somebody_or_open(raw):
    table, user = "clients_identityconflict", raw.user()
    met = {"client_id": raw.client(), "directory_id": raw.client()}
    conflict = raw.make(table, **met)
    raw.refused(UNIQUE, "identity_conflict_once", insert(table, **met))
    raw.refused(CHECK, "identity_conflict_decided_by_somebody", update(table, conflict, status="linked"))
    raw.refused(CHECK, "identity_conflict_decided_by_somebody", update(table, conflict, decided_at=EXPIRES))
    decision = {"decided_at": EXPIRES, "decided_by_id": user}
    raw.refused(CHECK, "identity_conflict_status_known", update(table, conflict, status="merged", **decision))
    raw(*update(table, conflict, status="kept_apart", **decision))
    raw.commit()


def test_sync_item_is_one_a_person_in_a_run(raw):
    first, second = (raw.make("clients_syncrun", cursor="") for _ in range(2))
    item = {"directory_id": raw.client(), "outcome": "updated"}
    raw.make("clients_syncitem", run_id=first, **item)
    raw.make("clients_syncitem", run_id=second, **item)
    raw.refused(UNIQUE, "sync_item_once_in_run", insert("clients_syncitem", run_id=first, **item))


@pytest.mark.parametrize(
    "sql",
    [
        "TRUNCATE clients_auditevent",
        "UPDATE clients_auditevent SET verb = 'x'",
        "DELETE FROM clients_auditevent",
        "ALTER TABLE scheduling_session DROP CONSTRAINT session_shape",
        "ALTER TABLE scheduling_session DISABLE TRIGGER USER",
        "DROP TRIGGER note_locked ON scheduling_sessionnote",
        "SET session_replication_role = replica",
        "CREATE TABLE ours (id int)",
    ],
)
def test_sites_role_cannot_take_the_rules_away(raw, sql):
    raw.refused(DENIED, None, (sql,))
