import { errorName } from './error-names.js'

/** What a broker answers, by number: https://kafka.apache.org/protocol#protocol_error_codes */
export const ERROR = {
  none: 0,
  offsetOutOfRange: 1,
  corruptMessage: 2,
  unknownTopicOrPartition: 3,
  leaderNotAvailable: 5,
  notLeaderOrFollower: 6,
  requestTimedOut: 7,
  replicaNotAvailable: 9,
  messageTooLarge: 10,
  networkException: 13,
  coordinatorLoadInProgress: 14,
  coordinatorNotAvailable: 15,
  notCoordinator: 16,
  invalidTopic: 17,
  recordListTooLarge: 18,
  notEnoughReplicas: 19,
  notEnoughReplicasAfterAppend: 20,
  illegalGeneration: 22,
  inconsistentGroupProtocol: 23,
  unknownMemberId: 25,
  rebalanceInProgress: 27,
  topicAuthorizationFailed: 29,
  groupAuthorizationFailed: 30,
  clusterAuthorizationFailed: 31,
  unsupportedVersion: 35,
  topicAlreadyExists: 36,
  notController: 41,
  outOfOrderSequence: 45,
  duplicateSequence: 46,
  concurrentTransactions: 51,
  kafkaStorageError: 56,
  unknownProducerId: 59,
  nonEmptyGroup: 68,
  groupIdNotFound: 69,
  listenerNotFound: 72,
  fencedLeaderEpoch: 74,
  unknownLeaderEpoch: 75,
  unsupportedCompression: 76,
  offsetNotAvailable: 78,
  memberIdRequired: 79,
  invalidRecord: 87,
  unstableOffsetCommit: 88,
  throttled: 89
} as const

/** The broker failed, and does not say why. */
export const UNKNOWN = -1

const WORDS: ReadonlyMap<number, string> = new Map([
  [UNKNOWN, 'the broker failed without saying why (UNKNOWN_SERVER_ERROR)'],
  [ERROR.offsetOutOfRange, 'the offset is not there'],
  [ERROR.corruptMessage, 'the broker found the records damaged'],
  [ERROR.unknownTopicOrPartition, 'there is no such topic or partition'],
  [ERROR.leaderNotAvailable, 'the partition has no leader at present'],
  [ERROR.notLeaderOrFollower, 'the broker does not lead the partition any more'],
  [
    ERROR.messageTooLarge,
    'the message is larger than the topic takes (max.message.bytes, by default message.max.bytes of the broker)'
  ],
  [ERROR.coordinatorLoadInProgress, 'the coordinator of the group is starting'],
  [ERROR.coordinatorNotAvailable, 'the group has no coordinator at present'],
  [ERROR.notCoordinator, 'the broker does not coordinate the group any more'],
  [ERROR.invalidTopic, 'the name of the topic is not valid'],
  [ERROR.recordListTooLarge, 'the messages are more than a segment of the broker holds (segment.bytes)'],
  [ERROR.notEnoughReplicas, 'there are not enough replicas in sync (min.insync.replicas)'],
  [ERROR.notEnoughReplicasAfterAppend, 'there are not enough replicas in sync (min.insync.replicas)'],
  [ERROR.topicAuthorizationFailed, 'not authorized for the topic'],
  [ERROR.groupAuthorizationFailed, 'not authorized for the group'],
  [ERROR.clusterAuthorizationFailed, 'not authorized for the cluster'],
  [ERROR.unsupportedVersion, 'the broker does not support it'],
  [ERROR.unsupportedCompression, 'the broker does not support the compression'],
  [ERROR.invalidRecord, 'the broker does not take the message'],
  [ERROR.requestTimedOut, 'the broker could not do it in time'],
  [ERROR.networkException, 'the broker lost its connection to another one'],
  [ERROR.replicaNotAvailable, 'the broker does not have the partition at present'],
  [
    ERROR.inconsistentGroupProtocol,
    'its members share the partitions in another way than cooperative-sticky'
  ],
  [24, 'the name of the group is not valid'],
  [28, 'there is too much of it to be stored (offset.metadata.max.bytes)'],
  [37, 'the number of partitions is not valid'],
  [38, 'the number of replicas is more than there are brokers'],
  [40, 'the configuration does not allow it'],
  [42, 'the request is not valid'],
  [44, 'a policy of the broker forbids it'],
  [47, 'another producer has taken over'],
  [ERROR.kafkaStorageError, 'a disk of the broker has failed'],
  [ERROR.offsetNotAvailable, 'the leader of the partition is new'],
  [ERROR.fencedLeaderEpoch, 'the partition has another leader'],
  [ERROR.unknownLeaderEpoch, 'the partition has another leader'],
  [81, 'the group has as many members as it may have (group.max.size)'],
  [57, 'the log directory of the broker is not there'],
  [ERROR.throttled, 'the broker throttles the client (THROTTLING_QUOTA_EXCEEDED)']
])

/** What an error says, in words. */
export const errorWords = (code: number): string =>
  WORDS.get(code) ?? `the broker answered with error ${code} (${errorName(code) ?? 'which Kafka has not'})`

/** Errors that pass by themselves, once the client knows the cluster anew. */
const PASSING: ReadonlySet<number> = new Set([
  ERROR.corruptMessage,
  ERROR.leaderNotAvailable,
  ERROR.notLeaderOrFollower,
  ERROR.requestTimedOut,
  ERROR.replicaNotAvailable,
  ERROR.networkException,
  ERROR.coordinatorLoadInProgress,
  ERROR.coordinatorNotAvailable,
  ERROR.notCoordinator,
  ERROR.notEnoughReplicas,
  ERROR.notEnoughReplicasAfterAppend,
  ERROR.notController,
  ERROR.concurrentTransactions,
  ERROR.kafkaStorageError,
  ERROR.listenerNotFound,
  ERROR.fencedLeaderEpoch,
  ERROR.unknownLeaderEpoch,
  ERROR.offsetNotAvailable,
  ERROR.unstableOffsetCommit,
  ERROR.throttled
])

/** Whether another attempt may succeed without a change by anybody. */
export const isPassing = (code: number): boolean => PASSING.has(code)
