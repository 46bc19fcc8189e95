#!/bin/sh
# Bring back what deploy/backup.sh has written, into an EMPTY database and an EMPTY folder:
#
#   DATABASE_URL=... MEDIA_ROOT=... deploy/restore.sh FOLDER/2026-01-31T02-00-00Z
#
# Nothing is overwritten: with anything in the database or the folder, it stops before it has changed something. All or
# nothing: a restore that fails leaves the database empty. Afterwards run `manage.py migrate` if the site is newer than
# the backup, and `manage.py rebuild_references_index` and `update_index` if you search elsewhere than in the database.
set -eu

[ $# -eq 1 ] || { echo "usage: DATABASE_URL=... MEDIA_ROOT=... $0 BACKUP" >&2; exit 2; }
[ -z "${DATABASE_URL_FILE:-}" ] || DATABASE_URL=$(cat "$DATABASE_URL_FILE")
: "${DATABASE_URL:?the address of the database is missing}" "${MEDIA_ROOT:?the folder of the uploads is missing}"

(cd "$1" && sha256sum --check --quiet SHA256SUMS) || { echo "$0: $1 is not as it was written" >&2; exit 1; }
tables=$(psql --no-psqlrc --tuples-only --no-align --dbname "$DATABASE_URL" --command \
  "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
   WHERE relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'")
[ "$tables" = 0 ] || { echo "$0: the database has $tables tables already; make an empty one" >&2; exit 1; }
mkdir -p "$MEDIA_ROOT"
[ -z "$(ls -A "$MEDIA_ROOT")" ] || { echo "$0: $MEDIA_ROOT is not empty" >&2; exit 1; }

PGOPTIONS="-c statement_timeout=0" pg_restore --no-owner --no-privileges --single-transaction --exit-on-error \
  --dbname "$DATABASE_URL" "$1/database.dump"
tar -C "$MEDIA_ROOT" -xf "$1/media.tar"
# The planner knows nothing of the new tables yet.
psql --no-psqlrc --quiet --dbname "$DATABASE_URL" --command "ANALYZE"
echo "restored from $1"
