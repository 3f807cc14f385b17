/* A cluster of Kafka in one process, by librdkafka, that can be told to fail.
 *
 *   kafka-mock BROKERS
 *
 * prints the address of the cluster, and obeys one command per line of stdin. Each command is answered by one line: "ok", "ok NUMBER", or what
 * went wrong. It ends with its stdin.
 *
 *   topic NAME PARTITIONS REPLICAS
 *   fail BROKER API CODE TIMES   the next TIMES requests of this API at this broker are answered with the error
 *   left BROKER API              how many of these errors nobody has met yet
 *   fail-topic NAME CODE         what the cluster says of the topic when it is asked which topics there are; 0: nothing
 *   leader NAME PARTITION BROKER
 *   coordinator GROUP BROKER
 *   down BROKER | up BROKER      all connections to the broker end, and none is accepted
 *   delay BROKER MILLISECONDS    of each round trip
 */
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { METADATA = 3, LIST_OFFSETS = 2, LEAVE_GROUP = 13 };

static rd_kafka_mock_cluster_t *cluster;

static int obey(const char *line) {
  char name[256];
  int broker, api, code, times, number;
  if (sscanf(line, "topic %255s %d %d", name, &number, &times) == 3)
    return rd_kafka_mock_topic_create(cluster, name, number, times);
  if (sscanf(line, "fail %d %d %d %d", &broker, &api, &code, &times) == 4) {
    int failure = 0;
    while (times-- > 0 && !failure)
      failure = rd_kafka_mock_broker_push_request_error_rtts(cluster, broker, (int16_t)api, 1, code, 0);
    return failure;
  }
  if (sscanf(line, "fail-topic %255s %d", name, &code) == 2) {
    rd_kafka_mock_topic_set_error(cluster, name, code);
    return 0;
  }
  if (sscanf(line, "leader %255s %d %d", name, &number, &broker) == 3)
    return rd_kafka_mock_partition_set_leader(cluster, name, number, broker);
  if (sscanf(line, "coordinator %255s %d", name, &broker) == 2)
    return rd_kafka_mock_coordinator_set(cluster, "group", name, broker);
  if (sscanf(line, "down %d", &broker) == 1) return rd_kafka_mock_broker_set_down(cluster, broker);
  if (sscanf(line, "up %d", &broker) == 1) return rd_kafka_mock_broker_set_up(cluster, broker);
  if (sscanf(line, "delay %d %d", &broker, &number) == 2)
    return rd_kafka_mock_broker_set_rtt(cluster, broker, number);
  return RD_KAFKA_RESP_ERR__INVALID_ARG;
}

int main(int count, char **arguments) {
  char line[512], why[512];
  rd_kafka_conf_t *conf = rd_kafka_conf_new();
  /* Its own remarks about a client without brokers help nobody. */
  rd_kafka_conf_set_log_cb(conf, NULL);
  rd_kafka_t *handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
  if (handle == NULL || count != 2) {
    fprintf(stderr, "usage: kafka-mock BROKERS\n");
    return 2;
  }
  cluster = rd_kafka_mock_cluster_new(handle, atoi(arguments[1]));
  /* It knows these versions, and does not say so. */
  rd_kafka_mock_set_apiversion(cluster, METADATA, 0, 7);
  rd_kafka_mock_set_apiversion(cluster, LEAVE_GROUP, 0, 2);
  /* librdkafka 2.0 answers later versions with the epoch of the leader in eight bytes instead of four. */
  rd_kafka_mock_set_apiversion(cluster, LIST_OFFSETS, 0, 3);
  printf("%s\n", rd_kafka_mock_cluster_bootstraps(cluster));
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) != NULL) {
    int broker, api;
    size_t left = 0;
    int failure;
    if (sscanf(line, "left %d %d", &broker, &api) == 2) {
      failure = rd_kafka_mock_broker_error_stack_cnt(cluster, broker, (int16_t)api, &left);
      if (!failure) printf("ok %zu\n", left);
    } else {
      failure = obey(line);
      if (!failure) printf("ok\n");
    }
    if (failure) printf("%s: %s", rd_kafka_err2str(failure), line);
    fflush(stdout);
  }
  rd_kafka_mock_cluster_destroy(cluster);
  rd_kafka_destroy(handle);
  return 0;
}
