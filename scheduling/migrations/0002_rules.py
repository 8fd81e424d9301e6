"""What Django's constraints cannot say: who belongs to what, and how a status may move."""

from django.db import migrations

from config.kernel.schema import NamedForeignKey, NamedUnique, Trigger

SESSION = "scheduling_session"
CASE = "scheduling_conflictcase"
PROPOSAL = "scheduling_rescheduleproposal"
OFFER = "scheduling_slotoffer"

BORN = "BEFORE INSERT ON TABLE FOR EACH ROW"
MOVED = "AFTER UPDATE OF status ON TABLE FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)"


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0001_initial"), ("clients", "0002_rules")]

    operations = [
        NamedUnique("offer_books_once", SESSION, "booked_from_id"),
        NamedUnique("case_session_once", CASE, "session_id"),
        NamedUnique("chosen_offer_once", PROPOSAL, "chosen_id"),
        NamedUnique("message_once_per_proposal", "scheduling_message", "proposal_id"),
        NamedForeignKey(
            "session_booked_in_care", SESSION, "client_id, care_provider_id", "clients_care", "client_id, provider_id"
        ),
        NamedForeignKey("session_booked_from_offer", SESSION, "booked_from_id", OFFER, "id"),
        NamedForeignKey(
            "case_session_is_its_own",
            CASE,
            "session_id, client_id, provider_id",
            SESSION,
            "id, client_id, provider_id",
        ),
        NamedForeignKey(
            "proposal_session_is_recipients",
            PROPOSAL,
            "session_id, recipient_id, provider_id",
            SESSION,
            "id, client_id, provider_id",
        ),
        NamedForeignKey("proposal_case_is_providers", PROPOSAL, "case_id, provider_id", CASE, "id, provider_id"),
        NamedForeignKey("proposal_recipient_is_wisher", PROPOSAL, "case_id, wish_client_id", CASE, "id, client_id"),
        NamedForeignKey("answered_offer_resolves_case", PROPOSAL, "case_id, needs_case_status", CASE, "id, status"),
        NamedForeignKey("chosen_is_offered", PROPOSAL, "chosen_id, id", OFFER, "id, proposal_id"),
        Trigger("session_status_born", SESSION, BORN, "praxis_status_born('pending', 'scheduled')"),
        Trigger(
            "session_status_moves",
            SESSION,
            MOVED,
            "praxis_status_moves('scheduled>completed', 'scheduled>no_show', 'scheduled>cancelled',"
            " 'completed>scheduled', 'no_show>scheduled', 'cancelled>scheduled',"
            " 'pending>waiting', 'pending>cancelled', 'waiting>live', 'waiting>pending', 'waiting>cancelled',"
            " 'live>completed', 'live>cancelled')",
        ),
        Trigger("case_status_born", CASE, BORN, "praxis_status_born('pending_resolution')"),
        Trigger(
            "case_status_moves",
            CASE,
            MOVED,
            "praxis_status_moves('pending_resolution>resolved', 'pending_resolution>withdrawn')",
        ),
        Trigger("proposal_status_born", PROPOSAL, BORN, "praxis_status_born('open')"),
        Trigger(
            "proposal_status_moves",
            PROPOSAL,
            MOVED,
            "praxis_status_moves('open>answered', 'open>declined', 'open>withdrawn', 'open>expired')",
        ),
        Trigger(
            "chosen_once",
            PROPOSAL,
            "AFTER UPDATE OF chosen_id ON TABLE FOR EACH ROW"
            " WHEN (OLD.chosen_id IS NOT NULL AND NEW.chosen_id IS DISTINCT FROM OLD.chosen_id)",
            "praxis_refuse()",
        ),
        Trigger(
            "note_locked",
            "scheduling_sessionnote",
            "BEFORE UPDATE OR DELETE ON TABLE FOR EACH ROW WHEN (OLD.locked_at IS NOT NULL)",
            "praxis_refuse()",
        ),
        Trigger(
            "addendum_append_only",
            "scheduling_noteaddendum",
            "BEFORE UPDATE OR DELETE ON TABLE FOR EACH ROW",
            "praxis_refuse()",
        ),
    ]
