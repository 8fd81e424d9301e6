"""What Django's constraints cannot say: append-only, status moves, the names of one-to-one rules."""

from django.db import migrations

from config.kernel.schema import NamedUnique, Trigger

# AFTER triggers call the first: with a BEFORE UPDATE one PostgreSQL recomputes every stored generated
# column, and as one of them is in a key, every update of a session would wait for open child rows.
# The allowed moves are arguments: a table of them would be emptied by `flush`.
FUNCTIONS = """
CREATE FUNCTION praxis_status_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT (OLD.status || '>' || NEW.status) = ANY (TG_ARGV) THEN
    RAISE EXCEPTION '% may not go from % to %', TG_TABLE_NAME, OLD.status, NEW.status
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION praxis_status_born() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT NEW.status = ANY (TG_ARGV) THEN
    RAISE EXCEPTION '% may not be born %', TG_TABLE_NAME, NEW.status
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION praxis_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
END $$;
"""

# The shared counters of sign-in limits; unlogged, for a crash may forget them.
CACHE_TABLE = """
CREATE UNLOGGED TABLE django_cache (
  cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX django_cache_expires ON django_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0001_initial")]

    operations = [
        migrations.RunSQL(
            FUNCTIONS,
            "DROP FUNCTION praxis_refuse(); DROP FUNCTION praxis_status_born(); DROP FUNCTION praxis_status_moves();",
        ),
        migrations.RunSQL(CACHE_TABLE, "DROP TABLE django_cache"),
        NamedUnique("client_user_key", "clients_client", "user_id"),
        # Not on TRUNCATE, which the site's role may not do and which tests need between them.
        Trigger(
            "audit_append_only",
            "clients_auditevent",
            "BEFORE UPDATE OR DELETE ON TABLE FOR EACH STATEMENT",
            "praxis_refuse()",
        ),
    ]
