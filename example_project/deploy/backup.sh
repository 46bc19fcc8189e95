#!/bin/sh
# Write everything that cannot be made again - the database and the uploads - into one folder:
#
#   DATABASE_URL=... MEDIA_ROOT=... deploy/backup.sh FOLDER
#
# DATABASE_URL (or DATABASE_URL_FILE) and MEDIA_ROOT are the site's own. The folder is new: it has the name of this
# moment below FOLDER, and appears only when it is complete. Needs pg_dump of the server's version or a newer one.
set -eu

[ $# -eq 1 ] || { echo "usage: DATABASE_URL=... MEDIA_ROOT=... $0 FOLDER" >&2; exit 2; }
[ -z "${DATABASE_URL_FILE:-}" ] || DATABASE_URL=$(cat "$DATABASE_URL_FILE")
: "${DATABASE_URL:?the address of the database is missing}" "${MEDIA_ROOT:?the folder of the uploads is missing}"
[ -d "$MEDIA_ROOT" ] || { echo "$0: no folder $MEDIA_ROOT" >&2; exit 1; }

# Uploads and tables are personal data.
umask 077
name=$(date -u +%Y-%m-%dT%H-%M-%SZ)
mkdir -p "$1"
unfinished=$(mktemp -d "$1/.unfinished-XXXXXX")
trap 'rm -rf "$unfinished"' EXIT
trap 'exit 1' HUP INT TERM

# The tables first: what is uploaded while they are read is in the uploads without being needed, and not the other way
# round. One snapshot, whatever editors do meanwhile.
PGOPTIONS="-c statement_timeout=0 -c lock_timeout=60s" pg_dump --format=custom --no-owner --no-privileges \
  --file "$unfinished/database.dump" --dbname "$DATABASE_URL"
tar -C "$MEDIA_ROOT" -cf "$unfinished/media.tar" .
(cd "$unfinished" && sha256sum database.dump media.tar >SHA256SUMS)
# A backup that was written and cannot be read is none.
pg_restore --list "$unfinished/database.dump" >/dev/null
tar -tf "$unfinished/media.tar" >/dev/null

mv "$unfinished" "$1/$name"
trap - EXIT
echo "$1/$name"
