/*
 * What a C program needs that does nothing but AMQP, on librabbitmq (Debian: librabbitmq-dev):
 *
 *   amqp-loop publish URL EXCHANGE KEY WINDOW     publishes each line of its input, persistent, with confirms; at most WINDOW are open
 *   amqp-loop consume URL QUEUE COUNT PREFETCH    takes COUNT messages and acknowledges each half PREFETCH together; writes nothing
 *   amqp-loop print URL QUEUE COUNT PREFETCH      the same, and writes each message as a line
 */
#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static amqp_connection_state_t connection;

static void fail(const char *what) {
  fprintf(stderr, "amqp-loop: %s failed\n", what);
  exit(1);
}

static void check(const char *what) {
  if (amqp_get_rpc_reply(connection).reply_type != AMQP_RESPONSE_NORMAL) fail(what);
}

static void open_connection(const char *url) {
  char *copy = strdup(url);
  struct amqp_connection_info info;
  if (amqp_parse_url(copy, &info) != AMQP_STATUS_OK) fail("reading the URL");
  connection = amqp_new_connection();
  amqp_socket_t *socket = amqp_tcp_socket_new(connection);
  if (!socket || amqp_socket_open(socket, info.host, info.port)) fail("connecting");
  if (amqp_login(connection, info.vhost, 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, info.user, info.password)
          .reply_type != AMQP_RESPONSE_NORMAL)
    fail("logging in");
  amqp_channel_open(connection, 1);
  check("opening a channel");
}

/* The number of the last message that the broker has confirmed. */
static uint64_t confirmed(void) {
  amqp_frame_t frame;
  if (amqp_simple_wait_frame(connection, &frame) != AMQP_STATUS_OK) fail("waiting for a confirm");
  if (frame.frame_type != AMQP_FRAME_METHOD || frame.payload.method.id != AMQP_BASIC_ACK_METHOD)
    fail("a confirm");
  const amqp_basic_ack_t *ack = frame.payload.method.decoded;
  uint64_t tag = ack->delivery_tag;
  amqp_maybe_release_buffers(connection);
  return tag;
}

static void publish(const char *exchange, const char *key, uint64_t window) {
  amqp_confirm_select(connection, 1);
  check("asking for confirms");
  amqp_basic_properties_t properties = {._flags = AMQP_BASIC_DELIVERY_MODE_FLAG, .delivery_mode = 2};
  amqp_bytes_t to = amqp_cstring_bytes(exchange), with = amqp_cstring_bytes(key);
  uint64_t sent = 0, done = 0;
  char *line = NULL;
  size_t size = 0;
  ssize_t length;
  while ((length = getline(&line, &size, stdin)) > 0) {
    amqp_bytes_t body = {.len = (size_t)length - (line[length - 1] == '\n'), .bytes = line};
    if (amqp_basic_publish(connection, 1, to, with, 0, 0, &properties, body)) fail("publishing");
    sent++;
    while (sent - done >= window) {
      uint64_t tag = confirmed();
      if (tag > done) done = tag;
    }
  }
  while (done < sent) {
    uint64_t tag = confirmed();
    if (tag > done) done = tag;
  }
}

static void consume(const char *queue, uint64_t count, uint16_t prefetch, int writes) {
  amqp_basic_qos(connection, 1, 0, prefetch, 0);
  check("asking for a prefetch");
  amqp_basic_consume(connection, 1, amqp_cstring_bytes(queue), amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
  check("consuming");
  uint64_t each = prefetch > 1 ? prefetch / 2 : 1;
  for (uint64_t seen = 1; seen <= count; seen++) {
    amqp_envelope_t envelope;
    amqp_maybe_release_buffers(connection);
    if (amqp_consume_message(connection, &envelope, NULL, 0).reply_type != AMQP_RESPONSE_NORMAL)
      fail("waiting for a message");
    if (writes) {
      fwrite(envelope.message.body.bytes, 1, envelope.message.body.len, stdout);
      putchar('\n');
    }
    if ((seen % each == 0 || seen == count) && amqp_basic_ack(connection, 1, envelope.delivery_tag, 1))
      fail("acknowledging");
    amqp_destroy_envelope(&envelope);
  }
}

int main(int argc, char **argv) {
  if (argc < 6) fail("reading the arguments: see the top of amqp-loop.c; that");
  open_connection(argv[2]);
  if (!strcmp(argv[1], "publish")) publish(argv[3], argv[4], strtoull(argv[5], NULL, 10));
  else consume(argv[3], strtoull(argv[4], NULL, 10), (uint16_t)atoi(argv[5]), !strcmp(argv[1], "print"));
  amqp_connection_close(connection, AMQP_REPLY_SUCCESS);
  return 0;
}
