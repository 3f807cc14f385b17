#!/bin/sh
# Three events, from publisher to subscriber: a user signed up, you have a new follower, your fridge is almost empty.
#
#   examples/scenarios.sh                                        on the embedded broker
#   TIDINGS_BROKER=mqtt://localhost:1883 examples/scenarios.sh   on any other
#
# TIDINGS names the program, for example TIDINGS="node bin/run.js"; by default the one in this checkout, or the installed one.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${TIDINGS:-}" ]; then
  if [ -f "$here/../bin/run.js" ]; then TIDINGS="node $here/../bin/run.js"; else TIDINGS=tidings; fi
fi

talk=$(mktemp)
subscriber=
tidy() {
  status=$?
  [ -z "$subscriber" ] || kill "$subscriber" 2>/dev/null || true
  rm -f "$talk"
  exit "$status"
}
trap tidy EXIT INT TERM

# The subscriber first: it keeps its connection open and is sent what it asked for. It ends after three messages, and leaves out what an
# earlier run left retained.
$TIDINGS subscribe user_signed_up new_follower fridge_almost_empty --count 3 --timeout 30s --retained skip 2>"$talk" &
subscriber=$!
until grep -q 'Subscribed to' "$talk"; do
  kill -0 "$subscriber" 2>/dev/null || { cat "$talk" >&2; subscriber=; exit 1; }
  sleep 0.1
done
cat "$talk" >&2

# Three publishers. Each fires its event, gets the broker's confirmation and forgets it.
$TIDINGS publish user_signed_up --file "$here/user-signed-up.json"
$TIDINGS publish new_follower --file "$here/new-follower.json" --header source=web
printf '{"percent": %d}' 4 | $TIDINGS publish fridge_almost_empty --retain --expiry 1h

wait "$subscriber"
subscriber=
