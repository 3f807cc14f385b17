/*
 * An MQTT broker that does next to nothing, so that a benchmark measures the client:
 *
 *   fake-broker ack [PAUSE]                            acknowledges what is published; PAUSE microseconds after each read
 *   fake-broker feed QOS COUNT CHANNELS PAYLOAD-FILE   after a SUBSCRIBE sends COUNT messages as fast as they are taken
 *   fake-broker watch FILE                             notes when the kernel had each message: microseconds since 1970, a double each
 *   fake-broker read PAUSE                             copies its input, PAUSE microseconds after each 64 KiB
 *   fake-broker run COMMAND...                         runs a command and writes what it cost to descriptor 3: it, its children, and what it
 *                                                      has left running (on Linux)
 *
 * Speaks MQTT 3.1.1 and 5 on 127.0.0.1, on a free port which is the first line of its output. One client at a time; when it has gone, a
 * line says how many messages were received or, with QoS 1 and 2, acknowledged. Ends when its stdin ends.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { IN_SIZE = 1 << 20, OUT_SIZE = 1 << 20, WINDOW = 1000 };

static unsigned char in[IN_SIZE], *out;
static size_t in_length, out_start, out_end, out_size = OUT_SIZE;

static int feeding, qos, channels;
static long count, pause_us, sent, seen, acknowledged;
static unsigned char *payload;
static size_t payload_length;

static FILE *notes;
static double now;

static int five, subscribed;
static size_t skip;

static void put(unsigned char byte) { out[out_end++] = byte; }

static void put_number(size_t n) {
  do {
    unsigned char byte = n & 127;
    n >>= 7;
    put(n ? byte | 128 : byte);
  } while (n);
}

static void acknowledge(unsigned char type, const unsigned char *id) {
  put(type);
  put(2);
  put(id[0]);
  put(id[1]);
}

static void on_connect(const unsigned char *body) {
  size_t name = body[0] << 8 | body[1];
  five = body[2 + name] == 5;
  put(0x20);
  put(five ? 3 : 2);
  put(0);
  put(0);
  if (five) put(0);
}

static void on_subscribe(const unsigned char *body) {
  put(0x90);
  put(five ? 4 : 3);
  put(body[0]);
  put(body[1]);
  if (five) put(0);
  put(qos);
  subscribed = 1;
}

/* Gives 0 when the client says good-bye. Bodies of large PUBLISH packets are skipped, not kept: `id` is all that is needed of them. */
static int on_packet(unsigned char head, const unsigned char *body) {
  switch (head >> 4) {
    case 1: on_connect(body); break;
    case 3: {
      int level = head >> 1 & 3;
      size_t topic = body[0] << 8 | body[1];
      seen++;
      if (notes) fwrite(&now, sizeof now, 1, notes);
      if (level) acknowledge(level == 1 ? 0x40 : 0x50, body + 2 + topic);
      break;
    }
    case 4: acknowledged++; break;
    case 5: acknowledge(0x62, body); break;
    case 6: acknowledge(0x70, body); break;
    case 7: acknowledged++; break;
    case 8: on_subscribe(body); break;
    case 10: put(0xb0); put(five ? 4 : 2); put(body[0]); put(body[1]); if (five) { put(0); put(0); } break;
    case 12: put(0xd0); put(0); break;
    case 14: return 0;
  }
  return 1;
}

static int on_bytes(void) {
  size_t start = 0;
  for (;;) {
    if (skip) {
      size_t n = in_length - start < skip ? in_length - start : skip;
      start += n;
      skip -= n;
      if (skip) break;
    }
    size_t at = start + 1, length = 0;
    int shift = 0, whole = 0;
    for (; at < in_length && shift < 28; shift += 7) {
      unsigned char byte = in[at++];
      length |= (size_t)(byte & 127) << shift;
      if (byte < 128) { whole = 1; break; }
    }
    if (!whole) break;
    int large = length > 4096 && in[start] >> 4 == 3;
    if (in_length - at < (large ? 4096 : length)) break;
    if (out_end + 64 > out_size) break;
    if (!on_packet(in[start], in + at)) return 0;
    if (large) skip = length;
    start = large ? at : at + length;
  }
  memmove(in, in + start, in_length - start);
  in_length -= start;
  return 1;
}

static size_t digits(size_t n) { return n < 128 ? 1 : n < 16384 ? 2 : n < 2097152 ? 3 : 4; }

static void feed(void) {
  char topic[32];
  while (sent < count && (qos == 0 || sent - acknowledged < WINDOW)) {
    int topic_length = snprintf(topic, sizeof topic, "bench/%ld", channels > 1 ? sent % channels : 0);
    size_t length = 2 + topic_length + (qos ? 2 : 0) + (five ? 1 : 0) + payload_length;
    if (out_end + 1 + digits(length) + length > out_size) return;
    put(0x30 | qos << 1);
    put_number(length);
    put(topic_length >> 8);
    put(topic_length);
    memcpy(out + out_end, topic, topic_length);
    out_end += topic_length;
    if (qos) {
      unsigned id = 1 + sent % 65535;
      put(id >> 8);
      put(id);
    }
    if (five) put(0);
    memcpy(out + out_end, payload, payload_length);
    out_end += payload_length;
    sent++;
  }
}

/* Reads, and sets `now` to when the kernel had the last of it: when this process was woken up says more about the scheduler. */
static ssize_t receive(int client, void *into, size_t size) {
  char control[256];
  struct iovec piece = {into, size};
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  ssize_t n = recvmsg(client, &message, 0);
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  for (struct cmsghdr *each = CMSG_FIRSTHDR(&message); each; each = CMSG_NXTHDR(&message, each))
    if (each->cmsg_level == SOL_SOCKET && each->cmsg_type == SCM_TIMESTAMPNS) memcpy(&time, CMSG_DATA(each), sizeof time);
  now = time.tv_sec * 1e6 + time.tv_nsec / 1e3;
  return n;
}

static void serve(int client) {
  in_length = out_start = out_end = skip = 0;
  five = subscribed = 0;
  sent = seen = acknowledged = 0;
  int one = 1, open = 1;
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (notes) setsockopt(client, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
  fcntl(client, F_SETFL, O_NONBLOCK);
  while (open) {
    if (feeding && subscribed && out_start == out_end) {
      out_start = out_end = 0;
      feed();
    }
    struct pollfd ready = {client, POLLIN | (out_end > out_start ? POLLOUT : 0), 0};
    if (poll(&ready, 1, -1) < 0) break;
    if (ready.revents & (POLLIN | POLLHUP | POLLERR)) {
      ssize_t n = notes ? receive(client, in + in_length, IN_SIZE - in_length)
                        : read(client, in + in_length, IN_SIZE - in_length);
      if (n == 0 || (n < 0 && errno != EAGAIN)) break;
      if (n > 0) in_length += n;
      if (pause_us) nanosleep(&(struct timespec){0, pause_us * 1000}, NULL);
    }
    if (out_start == out_end) out_start = out_end = 0;
    open = on_bytes();
    if (out_end > out_start) {
      ssize_t n = write(client, out + out_start, out_end - out_start);
      if (n < 0 && errno != EAGAIN) break;
      if (n > 0) out_start += n;
    }
  }
  close(client);
  if (notes) fflush(notes);
  printf("%ld\n", feeding ? (qos ? acknowledged : sent) : seen);
  fflush(stdout);
}

static void read_payload(const char *path) {
  struct stat file;
  int descriptor = open(path, O_RDONLY);
  if (descriptor < 0 || fstat(descriptor, &file) < 0) { perror(path); exit(1); }
  payload = malloc(file.st_size + 1);
  payload_length = file.st_size;
  for (size_t done = 0; done < payload_length;) {
    ssize_t n = read(descriptor, payload + done, payload_length - done);
    if (n <= 0) { perror(path); exit(1); }
    done += n;
  }
  close(descriptor);
  if (payload_length * 2 + 1024 > out_size) out_size = payload_length * 2 + 1024;
}

/* The processor seconds so far of all threads of a process. */
static double cpu_of(int process) {
  char path[300];
  double sum = 0;
  snprintf(path, sizeof path, "/proc/%d/task", process);
  DIR *threads = opendir(path);
  for (struct dirent *each; threads && (each = readdir(threads));) {
    long long nanoseconds;
    if (each->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", process, each->d_name);
    FILE *file = fopen(path, "r");
    if (!file) continue;
    if (fscanf(file, "%lld", &nanoseconds) == 1) sum += nanoseconds / 1e9;
    fclose(file);
  }
  if (threads) closedir(threads);
  return sum;
}

/* The same of the processes that have become ours, as their parent has ended. */
static double cpu_of_left_behind(void) {
  char path[64];
  double sum = 0;
  int process;
  snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
  FILE *file = fopen(path, "r");
  while (file && fscanf(file, "%d", &process) == 1) sum += cpu_of(process);
  if (file) fclose(file);
  return sum;
}

static int run(char **command) {
#ifdef __linux__
  prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
  struct timespec begin, end;
  struct rusage used;
  int status;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  pid_t child = fork();
  if (child == 0) {
    close(3);
    execvp(command[0], command);
    perror(command[0]);
    _exit(127);
  }
  while (wait4(child, &status, 0, &used) < 0 && errno == EINTR) {}
  clock_gettime(CLOCK_MONOTONIC, &end);
  double wall = end.tv_sec - begin.tv_sec + (end.tv_nsec - begin.tv_nsec) / 1e9;
  double cpu = used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
  cpu += cpu_of_left_behind();
  dprintf(3, "{\"seconds\":%.6f,\"cpuSeconds\":%.6f,\"peakBytes\":%ld}\n", wall, cpu, used.ru_maxrss * 1024L);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int read_slowly(long pause) {
  static char block[65536];
  ssize_t length;
  while ((length = read(0, block, sizeof block)) > 0) {
    for (ssize_t at = 0, wrote; at < length; at += wrote)
      if ((wrote = write(1, block + at, length - at)) < 0) return 1;
    usleep(pause);
  }
  return length < 0;
}

int main(int argc, char **argv) {
  if (argc == 3 && !strcmp(argv[1], "read")) return read_slowly(atol(argv[2]));
  if (argc > 2 && !strcmp(argv[1], "run")) return run(argv + 2);
  if (argc > 2 && !strcmp(argv[1], "ack")) pause_us = atol(argv[2]);
  if (argc > 2 && !strcmp(argv[1], "watch") && !(notes = fopen(argv[2], "w"))) { perror(argv[2]); return 1; }
  if (argc == 6 && !strcmp(argv[1], "feed")) {
    feeding = 1;
    qos = atoi(argv[2]);
    count = atol(argv[3]);
    channels = atoi(argv[4]);
    read_payload(argv[5]);
  }
  out = malloc(out_size);
  int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (bind(server, (void *)&address, length) < 0 || listen(server, 16) < 0) { perror("listen"); return 1; }
  getsockname(server, (void *)&address, &length);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    struct pollfd ready[2] = {{server, POLLIN, 0}, {0, POLLIN, 0}};
    poll(ready, 2, -1);
    if (ready[1].revents) return 0;
    int client = accept(server, NULL, NULL);
    if (client >= 0) serve(client);
  }
}
