/*
 * Shows how late messages are that come one at a time:
 *
 *   paced-broker send GAP COUNT   an MQTT broker that, after a SUBSCRIBE, sends COUNT messages, one each GAP microseconds; each says when
 *   paced-broker late COUNT       reads COUNT such messages, a line each, and writes how late they were in microseconds: p50, p90, p99
 *
 * Speaks MQTT 3.1.1 on 127.0.0.1, to one client, on a free port which is the first line of its output. The first quarter of the messages
 * does not count: until then a program may still be compiling itself.
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

static const int64_t SECOND = 1000000000;

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * SECOND + time.tv_nsec;
}

/* Sends PUBLISH packets of QoS 0 when they are due. */
static int publish(int client, int64_t gap, long count) {
  static const unsigned char head[] = {0x30, 28, 0, 7, 'b', 'e', 'n', 'c', 'h', '/', '0'};
  char packet[64];
  memcpy(packet, head, sizeof head);
  for (int64_t due = now() + SECOND / 2; count-- > 0; due += gap) {
    struct timespec time = {due / SECOND, due % SECOND};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
    snprintf(packet + sizeof head, 20, "%019lld", (long long)now());
    if (write(client, packet, 30) != 30) return 1;
  }
  return 0;
}

static int serve(int64_t gap, long count) {
  int server = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (bind(server, (void *)&address, length) < 0 || listen(server, 1) < 0) { perror("listen"); return 1; }
  getsockname(server, (void *)&address, &length);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  int client = accept(server, NULL, NULL);
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  unsigned char in[4096];
  while (read(client, in, sizeof in) > 0) {
    if (in[0] >> 4 == 1) write(client, "\x20\x02\0\0", 4);
    if (in[0] >> 4 != 8) continue;
    unsigned char granted[] = {0x90, 3, in[2], in[3], 0};
    write(client, granted, sizeof granted);
    if (publish(client, gap, count)) return 1;
  }
  return 0;
}

static int ascending(const void *a, const void *b) {
  int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
  return (one > other) - (one < other);
}

static int tell_lateness(long count) {
  int64_t *late = malloc(count * sizeof *late);
  long seen = 0;
  static char bytes[1 << 16];
  size_t have = 0;
  for (ssize_t n; seen < count && (n = read(0, bytes + have, sizeof bytes - have)) > 0;) {
    int64_t arrived = now();
    size_t start = 0;
    have += n;
    for (char *end; seen < count && (end = memchr(bytes + start, '\n', have - start)); start = end + 1 - bytes)
      late[seen++] = arrived - atoll(bytes + start);
    memmove(bytes, bytes + start, have -= start);
  }
  if (seen < count) { fprintf(stderr, "%ld messages of %ld arrived\n", seen, count); return 1; }
  int64_t *counted = late + count / 4;
  count -= count / 4;
  qsort(counted, count, sizeof *counted, ascending);
  printf("%.0f %.0f %.0f\n", counted[count / 2] / 1e3, counted[count * 9 / 10] / 1e3, counted[count * 99 / 100] / 1e3);
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 4 && !strcmp(argv[1], "send")) return serve(atol(argv[2]) * 1000, atol(argv[3]));
  if (argc == 3 && !strcmp(argv[1], "late")) return tell_lateness(atol(argv[2]));
  return 2;
}
