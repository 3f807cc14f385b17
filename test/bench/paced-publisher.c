/*
 * paced-publisher PORT CHANNELS RATE
 *
 * Publishes JSON of about 118 bytes at QoS 0 to a broker on 127.0.0.1, RATE messages a second over CHANNELS channels in turn, until it is
 * ended. Ten channels are one device, and a hundred devices one line. Speaks MQTT 3.1.1. What is late is made up for, at most a tenth of a
 * second of it.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const int64_t SECOND = 1000000000, MILLISECOND = 1000000;

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * SECOND + time.tv_nsec;
}

/* Writes a PUBLISH packet of less than 16384 bytes, and returns its length. */
static size_t packet(unsigned char *to, long channel, long number) {
  char name[64], payload[160];
  int named = snprintf(name, sizeof name, "plant/line-%03ld/device-%02ld/value-%ld", channel / 1000, channel / 10 % 100, channel % 10);
  int sized = snprintf(payload, sizeof payload,
    "{\"sensor\":\"fridge-7\",\"percent\":%ld,\"count\":%ld,\"takenAt\":\"2026-11-23T19:05:01.123Z\",\"note\":\"almost empty: milk, eggs\"}",
    number % 100, number);
  int left = 2 + named + sized;
  to[0] = 0x30;
  to[1] = 0x80 | (left & 0x7f);
  to[2] = left >> 7;
  to[3] = named >> 8;
  to[4] = named & 0xff;
  memcpy(to + 5, name, named);
  memcpy(to + 5 + named, payload, sized);
  return 3 + left;
}

static int send_all(int server, const unsigned char *bytes, size_t length) {
  for (ssize_t n; length > 0; bytes += n, length -= n)
    if ((n = write(server, bytes, length)) <= 0) return 1;
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  long channels = atol(argv[2]), rate = atol(argv[3]), sent = 0;
  int server = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (connect(server, (void *)&address, sizeof address) < 0) { perror("connect"); return 1; }
  setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  unsigned char answer[4];
  /* No keep-alive, a clean session, and a name that the broker chooses. */
  if (write(server, "\x10\x0c\0\4MQTT\4\2\0\0\0\0", 14) != 14 || read(server, answer, 4) != 4 || answer[3] != 0) {
    fprintf(stderr, "the broker refused\n");
    return 1;
  }
  unsigned char *bytes = malloc(256 * (rate / 10 + 1));
  for (int64_t began = now();;) {
    struct timespec pause = {0, MILLISECOND};
    nanosleep(&pause, NULL);
    long due = (now() - began) * rate / SECOND - sent;
    if (due > rate / 10) {
      began += (due - rate / 10) * SECOND / rate;
      due = rate / 10;
    }
    size_t length = 0;
    for (; due > 0; due--, sent++) length += packet(bytes + length, sent % channels, sent);
    if (send_all(server, bytes, length)) return 1;
  }
}
