#!/bin/sh
# What a container of the image mkt-site does:
#
#   web        gunicorn; WEB_WORKERS (2) processes of WEB_THREADS (4) threads
#   scheduler  scheduled publishing, counts of events, alert rules, webhooks
#   events     moves what visitors did from Redis to the tables
#   migrate    brings the tables up to date, and ends
#   ...        anything else is a command of manage.py
set -eu

case ${1:-web} in
  web)
    # Of this start alone: counts of workers that are long gone would be added to those of the new ones.
    export PROMETHEUS_MULTIPROC_DIR="${METRICS_FOLDER:-/run/mkt/metrics}"
    rm -rf "$PROMETHEUS_MULTIPROC_DIR"
    mkdir -p "$PROMETHEUS_MULTIPROC_DIR"
    # --worker-tmp-dir: workers show that they live by touching a file, which must not wait for a disk.
    exec gunicorn --no-control-socket --config deploy/logs/gunicorn.conf.py \
      --bind "${WEB_BIND:-0.0.0.0:8000}" --worker-class gthread --worker-tmp-dir "${WORKER_FOLDER:-/dev/shm}" \
      --workers "${WEB_WORKERS:-2}" --threads "${WEB_THREADS:-4}" \
      --graceful-timeout "${WEB_GRACEFUL_SECONDS:-25}" example.wsgi
    ;;
  scheduler) exec python manage.py run_schedule ;;
  events) exec python manage.py mkt_events_consume ;;
  # Each has a name of its own that it keeps through a restart: by default that of the container.
  tasks) exec python manage.py run_tasks --name "${WORKER_NAME:-$(hostname)}" ;;
  migrate)
    # Waiting for a lock holds up everybody who comes behind; a long migration is no slow query.
    export DATABASE_LOCK_TIMEOUT_SECONDS="${DATABASE_LOCK_TIMEOUT_SECONDS:-5}"
    export DATABASE_STATEMENT_TIMEOUT_SECONDS=0
    shift
    exec python manage.py migrate --noinput "$@"
    ;;
  *) exec python manage.py "$@" ;;
esac
