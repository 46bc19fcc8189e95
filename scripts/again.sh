#!/bin/sh
# Runs a command, and runs it again whenever it ends unasked, as a container's restart policy or systemd would.
#
#   STOP_SIGNAL=INT again.sh PIDFILE COMMAND ...
#
# PIDFILE gets the pid of this script and that of the command. A command that ends at once five times in a row is not
# started again: then we end as it did, and the stack with us.
set -u

pids=$1
shift
ending=
failures=0
trap 'ending=yes; kill -s "${STOP_SIGNAL:-TERM}" "$child" 2>/dev/null' TERM INT

while :; do
  started=$(date +%s)
  "$@" &
  child=$!
  # Whole at any moment.
  echo "$$ $child" >"$pids.new" && mv "$pids.new" "$pids"
  status=0
  wait "$child" || status=$?
  # A signal for us ends the wait, not the command.
  while kill -0 "$child" 2>/dev/null; do
    status=0
    wait "$child" || status=$?
  done
  [ -z "$ending" ] || exit "$status"
  if [ $(($(date +%s) - started)) -lt 5 ]; then failures=$((failures + 1)); else failures=0; fi
  [ "$failures" -lt 5 ] || exit "$((status ? status : 1))"
  echo "ended ($status), is started again"
  sleep 0.5
  # Told to end meanwhile.
  [ -z "$ending" ] || exit "$status"
done
