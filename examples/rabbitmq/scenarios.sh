#!/bin/sh
# Three events on RabbitMQ, then a device that speaks MQTT and a service that speaks AMQP, on one broker.
#
#   examples/rabbitmq/scenarios.sh                                                starts Debian's RabbitMQ for as long as it runs
#   RABBITMQ=amqp://guest:guest@localhost:5672 examples/rabbitmq/scenarios.sh     uses one that runs (with rabbitmq_mqtt on port 1883,
#                                                                                 or MQTT=mqtt://HOST:PORT)
#
# Debian: apt-get install rabbitmq-server. TIDINGS names the program; by default the one in this checkout, or the installed one.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
events=$here/..
if [ -z "${TIDINGS:-}" ]; then
  if [ -f "$here/../../bin/run.js" ]; then TIDINGS="node $here/../../bin/run.js"; else TIDINGS=tidings; fi
fi

folder=$(mktemp -d)
subscriber= broker= mapper=
tidy() {
  status=$?
  trap - EXIT INT TERM
  # The broker first: it says goodbye to its port mapper.
  for process in $subscriber $broker $mapper; do
    kill "$process" 2>/dev/null || continue
    wait "$process" 2>/dev/null || true
  done
  rm -rf "$folder"
  exit "$status"
}
trap tidy EXIT INT TERM

# Waits until a file has a text, as long as the process lives that writes the file.
await() {
  until grep -qs "$1" "$2"; do
    kill -0 "$3" 2>/dev/null || { tail -20 "$2" >&2; exit 1; }
    sleep 0.1
  done
}

# RabbitMQ with its data, its logs and its port mapper (epmd) in a folder of its own, on free ports, for this machine alone.
start_rabbitmq() {
  server=/usr/lib/rabbitmq/bin/rabbitmq-server
  [ -x "$server" ] || { echo 'RabbitMQ is not installed: apt-get install rabbitmq-server' >&2; exit 1; }
  set -- $(node -e '
    const servers = [0, 1, 2, 3].map(() => require("node:net").createServer().listen(0, "127.0.0.1"))
    Promise.all(servers.map((each) => new Promise((done) => each.once("listening", done)))).then(() => {
      console.log(...servers.map((each) => each.address().port))
      for (const each of servers) each.close()
    })')
  cat > "$folder/rabbitmq.conf" <<CONFIG
listeners.tcp.1 = 127.0.0.1:$1
mqtt.listeners.tcp.1 = 127.0.0.1:$2
log.console = true
log.file = false
CONFIG
  echo '[rabbitmq_mqtt].' > "$folder/plugins"
  epmd -debug -address 127.0.0.1 -port "$3" >"$folder/mapper-log" 2>&1 &
  mapper=$!
  # The script gives place to Erlang, which then hears the signal that ends it.
  HOME="$folder" ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT="$3" RUNNING_UNDER_SYSTEMD=true \
    RABBITMQ_NODENAME=scenarios@localhost RABBITMQ_DIST_PORT="$4" \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}' \
    RABBITMQ_CONF_ENV_FILE="$folder/none" RABBITMQ_CONFIG_FILE="$folder/rabbitmq.conf" \
    RABBITMQ_ADVANCED_CONFIG_FILE="$folder/advanced.config" RABBITMQ_ENABLED_PLUGINS_FILE="$folder/plugins" \
    RABBITMQ_MNESIA_BASE="$folder/mnesia" RABBITMQ_LOG_BASE="$folder/log" RABBITMQ_SCHEMA_DIR="$folder/schema" \
    RABBITMQ_GENERATED_CONFIG_DIR="$folder/generated" RABBITMQ_QUORUM_DIR="$folder/quorum" \
    RABBITMQ_STREAM_DIR="$folder/stream" RABBITMQ_FEATURE_FLAGS_FILE="$folder/feature-flags" \
    RABBITMQ_PID_FILE="$folder/pid" "$server" >"$folder/broker-log" 2>&1 &
  broker=$!
  await 'Server startup complete' "$folder/broker-log" "$broker"
  RABBITMQ=amqp://guest:guest@127.0.0.1:$1 MQTT=mqtt://guest:guest@127.0.0.1:$2
}
[ -n "${RABBITMQ:-}" ] || start_rabbitmq
MQTT=${MQTT:-mqtt://localhost:1883}

# Subscribes in the background, and goes on once the broker has said yes.
subscribe() {
  $TIDINGS subscribe "$@" --timeout 30s 2>"$folder/talk" &
  subscriber=$!
  await 'Subscribed to' "$folder/talk" "$subscriber"
  cat "$folder/talk" >&2
}
until_received() {
  wait "$subscriber"
  subscriber=
}

# The channel is the routing key; the exchange is amq.topic unless the address says ?exchange=NAME.
subscribe user_signed_up new_follower fridge_almost_empty --count 3 --broker "$RABBITMQ"
$TIDINGS publish user_signed_up --file "$events/user-signed-up.json" --broker "$RABBITMQ"
$TIDINGS publish new_follower --file "$events/new-follower.json" --header source=web --broker "$RABBITMQ"
printf '{"percent": %d}' 4 | $TIDINGS publish fridge_almost_empty --expiry 1h --broker "$RABBITMQ"
until_received

# The device publishes to plant/1/temp over MQTT, the service reads plant.1.temp over AMQP: one channel in two spellings.
subscribe 'plant.+.temp' --count 1 --broker "$RABBITMQ"
$TIDINGS publish plant/1/temp 21.5 --broker "$MQTT"
until_received
