#!/bin/sh
# Make what compose.yaml reads from the folder `secrets` beside it, unless it is there already:
#
#   deploy/containers/secrets.sh [FOLDER] [HOST]
#
# A key for the site, passwords for PostgreSQL and Redis with the addresses that contain them, and a certificate for
# HOST (localhost) that nobody has signed: put your own tls.crt and tls.key in its place.
set -eu

folder=${1:-"$(dirname "$0")/../secrets"}
host=${2:-localhost}
umask 077
mkdir -p "$folder"
# Containers run under numbers of their own, and must read what lies below; nobody else gets into the folder.
chmod 711 "$folder"

random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

# keep NAME TEXT: in a file that containers may read.
keep() {
  [ -s "$folder/$1" ] || printf '%s' "$2" >"$folder/$1"
  chmod 644 "$folder/$1"
}

keep secret_key "$(random)"
keep database_password "$(random)"
keep database_url "postgres://site:$(cat "$folder/database_password")@database:5432/site?sslmode=disable"
# The site comes through PgBouncer; migrations, backups and reads go to the servers themselves.
keep database_pooled_url "postgres://site:$(cat "$folder/database_password")@pgbouncer:6432/site?sslmode=disable"
keep database_replica_url "postgres://site:$(cat "$folder/database_password")@replica:5432/site?sslmode=disable"
keep userlist.txt "\"site\" \"$(cat "$folder/database_password")\"
"
keep redis_password "$(random)"
keep redis_url "redis://:$(cat "$folder/redis_password")@redis:6379/0"
# A password on redis-server's command line would be seen by everybody on the machine.
keep redis.conf "requirepass $(cat "$folder/redis_password")
"
keep redis_exporter.json "{\"redis://redis:6379\": \"$(cat "$folder/redis_password")\"}"
if [ ! -s "$folder/tls.crt" ]; then
  openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj "/CN=$host" -addext "subjectAltName=DNS:$host" \
    -keyout "$folder/tls.key" -out "$folder/tls.crt" 2>/dev/null
fi
chmod 644 "$folder/tls.crt" "$folder/tls.key"
echo "secrets are in $folder"
