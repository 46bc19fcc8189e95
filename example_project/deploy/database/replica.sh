#!/bin/sh
# A streaming replica for reads: at the first start a copy of the primary, from then on what the primary writes.
#
#   PGDATA     folder of its data; an empty one is filled
#   PRIMARY    where the primary is: "host=database port=5432 user=site"
#   PGPASSFILE, or PRIMARY_PASSWORD_FILE with nothing but the password
#
# Arguments are for postgres. Empty the folder to begin anew, as after the primary was promoted elsewhere or restored.
set -eu

if [ -n "${PRIMARY_PASSWORD_FILE:-}" ]; then
  export PGPASSFILE="${TMPDIR:-/tmp}/pgpass"
  umask 077
  printf '*:*:*:*:%s\n' "$(cat "$PRIMARY_PASSWORD_FILE")" >"$PGPASSFILE"
fi
PRIMARY="$PRIMARY passfile=$PGPASSFILE"

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA"
  chmod 700 "$PGDATA"
  # What a copy that was broken off has left is in the way of the next one.
  until pg_basebackup --pgdata "$PGDATA" --write-recovery-conf --wal-method stream --checkpoint fast --dbname "$PRIMARY"; do
    find "$PGDATA" -mindepth 1 -delete
    sleep 2
  done
fi
exec postgres -D "$PGDATA" -c hot_standby=on -c "primary_conninfo=$PRIMARY" \
  -c wal_retrieve_retry_interval=1s -c wal_receiver_status_interval=1s "$@"
