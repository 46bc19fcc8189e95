#!/bin/sh
# Run once, by the image of PostgreSQL, when the database is made: its own rules let nobody copy it.
set -eu
echo "host replication $POSTGRES_USER all scram-sha-256" >>"$PGDATA/pg_hba.conf"
