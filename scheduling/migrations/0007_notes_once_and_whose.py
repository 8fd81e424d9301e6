"""One note a session and author, the provider's own; additions only to what is locked, by who wrote it."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

from config.kernel.schema import NamedForeignKey, Trigger

NOTE, ADDENDUM = "scheduling_sessionnote", "scheduling_noteaddendum"

# The first takes the lock that a foreign key would take, so that nobody hands the session over meanwhile;
# afterwards it may change hands, and the note stays with who wrote it.
FUNCTIONS = """
CREATE FUNCTION praxis_note_by_provider() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM scheduling_session WHERE id = NEW.session_id AND provider_id = NEW.author_id FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a note is written by the provider of its session'
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION praxis_addendum_on_locked_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM scheduling_sessionnote WHERE id = NEW.note_id AND locked_at IS NOT NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'only a locked note is added to'
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("scheduling", "0006_holidays"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="sessionnote",
            name="saved_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="last saved"
            ),
        ),
        migrations.AddField(
            model_name="sessionnote",
            name="saved_in",
            field=models.TextField(db_default="", default="", editable=False),
        ),
        migrations.AlterField(
            model_name="noteaddendum",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddConstraint(
            model_name="noteaddendum",
            constraint=models.CheckConstraint(condition=models.Q(("body__regex", "\\S")), name="addendum_has_words"),
        ),
        migrations.AddConstraint(
            model_name="noteaddendum",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("body"), 20000
                ),
                name="addendum_body_in_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionnote",
            constraint=models.UniqueConstraint(fields=("session", "author"), name="note_once"),
        ),
        migrations.AddConstraint(
            model_name="sessionnote",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.functions.text.Length("body"), 20000
                ),
                name="note_body_in_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("locked_at__isnull", True), ("body__regex", "\\S"), _connector="OR"),
                name="note_locked_has_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="sessionnote",
            constraint=models.UniqueConstraint(fields=("id", "author"), name="note_key_author"),
        ),
        migrations.RunSQL(
            FUNCTIONS, "DROP FUNCTION praxis_addendum_on_locked_note(); DROP FUNCTION praxis_note_by_provider();"
        ),
        Trigger(
            "note_by_provider",
            NOTE,
            "BEFORE INSERT OR UPDATE OF session_id, author_id ON TABLE FOR EACH ROW",
            "praxis_note_by_provider()",
        ),
        Trigger(
            "addendum_on_locked_note",
            ADDENDUM,
            "BEFORE INSERT ON TABLE FOR EACH ROW",
            "praxis_addendum_on_locked_note()",
        ),
        NamedForeignKey("addendum_is_its_authors", ADDENDUM, "note_id, author_id", NOTE, "id, author_id"),
    ]
