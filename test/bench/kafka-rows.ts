import type { Peer, Work } from './measure-work.js'

/** Where the commands of the table of Kafka find what they need. */
export interface KafkaPlace {
  /** The broker as kcat names it. */
  readonly servers: string
  /** The same broker, which takes 64 KiB in 20 ms. */
  readonly slowServers: string
  /** A broker of MQTT that only acknowledges. */
  readonly mqttUrl: string
  readonly topic: string
  readonly count: number
  readonly tidings: readonly string[]
  /** The beginning of a command line that runs kafkajs-loop.cjs. */
  readonly kafkajs: readonly string[]
  /** A file with a payload in each line. */
  readonly payloads: string
}

/** What a topic of the bench holds. */
export interface TopicKind {
  readonly partitions: number
  /** Bytes of a payload. */
  readonly bytes: number
  /** The messages of one run, of as many as the bench is asked for. */
  readonly countOf: (count: number) => number
}

/** A command of ours on Kafka. */
export interface KafkaWork extends Work<KafkaPlace> {
  /** `publish`: `count` messages are written to the topic; `read`: it holds them before, and each becomes a line of the output. */
  readonly kind: 'publish' | 'read'
  readonly topic: TopicKind
}

/** What a slow peer takes within reason. */
const FEW = 300_000

// 100 bytes, the size of the measurements that the goals come from.
const LINES: TopicKind = { partitions: 1, bytes: 100, countOf: (count) => count }
const FEWER_LINES: TopicKind = { ...LINES, countOf: (count) => Math.min(count, FEW) }
const MANY_PARTITIONS: TopicKind = { ...FEWER_LINES, partitions: 1000 }
const ONE: TopicKind = { ...LINES, countOf: () => 1 }
const LARGE: TopicKind = { ...LINES, bytes: 1_000_000, countOf: (count) => Math.ceil(count / 5000) }
/** The cost of a payload counts: of 2,000, our start is less than a tenth; of 200, it would be half of all. */
const MANY_LARGE: TopicKind = { ...LARGE, countOf: (count) => Math.ceil(count / 500) }

const publish =
  (...more: string[]) =>
  ({ tidings, topic, servers }: KafkaPlace): readonly string[] => [
    ...[...tidings, 'publish', topic, ...more, '--quiet', '--broker', `kafka://${servers}`]
  ]

const subscribe =
  (...more: string[]) =>
  ({ tidings, topic, servers }: KafkaPlace): readonly string[] => [
    ...[...tidings, 'subscribe', topic, ...more, '--from', 'beginning', '--quiet'],
    ...['--broker', `kafka://${servers}`]
  ]

const publishWithKcat =
  (...more: string[]) =>
  ({ servers, topic, payloads }: KafkaPlace): readonly string[] => [
    ...['kcat', '-P', '-q', '-b', servers, '-t', topic, ...more, '-l', payloads]
  ]

const readWithKcat =
  (...more: string[]) =>
  ({ servers, topic }: KafkaPlace): readonly string[] => [
    ...['kcat', '-C', '-e', '-q', '-b', servers, '-t', topic, '-o', 'beginning', ...more]
  ]

const slowly =
  (command: (place: KafkaPlace) => readonly string[]) =>
  (place: KafkaPlace): readonly string[] =>
    command({ ...place, servers: place.slowServers })

const kcat = (goal: number, command: Peer<KafkaPlace>['command'], name = 'kcat'): Peer<KafkaPlace> => ({
  name,
  goal,
  command
})

/** Ours alone counts, up to so many megabytes. */
const MEMORY = 130
const MEMORY_OF_MANY = 200

const readAll = subscribe('--raw', '--until-end')
const publishOne = publish('{"percent":4}')

export const kafkaWorks: readonly KafkaWork[] = [
  {
    name: 'publish --lines, QoS 1',
    kind: 'publish',
    topic: LINES,
    of: 'cpu',
    ours: publish('--lines'),
    peers: [
      kcat(0.8, publishWithKcat(), 'kcat -P -l'),
      {
        name: 'kafkajs',
        goal: 0.1,
        command: ({ kafkajs, servers, topic }) => [...kafkajs, servers, topic]
      }
    ]
  },
  {
    name: 'publish --lines, QoS 2',
    kind: 'publish',
    topic: LINES,
    of: 'cpu',
    ours: publish('--lines', '--qos', '2'),
    peers: [kcat(0.8, publishWithKcat('-X', 'enable.idempotence=true'), 'kcat with enable.idempotence=true')]
  },
  {
    name: 'subscribe --raw',
    kind: 'read',
    topic: LINES,
    of: 'cpu',
    ours: readAll,
    peers: [kcat(1, readWithKcat(), 'kcat -C -e')]
  },
  {
    name: 'subscribe --json',
    kind: 'read',
    topic: LINES,
    of: 'cpu',
    ours: subscribe('--json', '--until-end'),
    peers: [kcat(0.7, readWithKcat('-J'), 'kcat -C -e -J')]
  },
  {
    name: 'the end of a topic with one message',
    kind: 'read',
    topic: ONE,
    of: 'wall',
    ours: readAll,
    peers: [
      // At once: as soon as who counts one message and waits for no end.
      { name: 'tidings with --count 1', goal: 1.1, command: subscribe('--raw', '--count', '1') },
      { name: 'kcat -C -e', command: readWithKcat() }
    ]
  },
  {
    name: 'publish one message, QoS 1',
    kind: 'publish',
    topic: ONE,
    of: 'start',
    ours: publishOne,
    peers: [
      {
        name: 'tidings over MQTT',
        goal: 1.1,
        command: ({ tidings, mqttUrl }) => [
          ...[...tidings, 'publish', 'bench/0', '{"percent":4}', '--quiet', '--broker', mqttUrl]
        ]
      },
      { name: 'kcat -P', command: publishWithKcat() }
    ]
  },
  {
    name: 'publish --lines of 1 MB',
    kind: 'publish',
    topic: LARGE,
    of: 'cpu',
    ours: publish('--lines'),
    peers: [kcat(1.5, publishWithKcat('-X', 'message.max.bytes=2000000'), 'kcat -P -l')]
  },
  {
    name: 'subscribe --raw of 1 MB',
    kind: 'read',
    topic: MANY_LARGE,
    of: 'cpu',
    ours: readAll,
    peers: [kcat(1.5, readWithKcat(), 'kcat -C -e')]
  },
  {
    name: 'memory of publish, QoS 1, slow broker',
    kind: 'publish',
    topic: FEWER_LINES,
    of: 'memory',
    ours: slowly(publish('--lines')),
    peers: [kcat(MEMORY, slowly(publishWithKcat()), 'kcat -P -l')]
  },
  {
    name: 'memory of subscribe --raw, slow reader',
    kind: 'read',
    topic: FEWER_LINES,
    of: 'memory',
    readerPause: 5_000,
    ours: readAll,
    peers: [kcat(MEMORY, readWithKcat(), 'kcat -C -e')]
  },
  {
    name: 'memory of subscribe --raw, 1,000 partitions',
    kind: 'read',
    topic: MANY_PARTITIONS,
    of: 'memory',
    ours: readAll,
    peers: [kcat(MEMORY_OF_MANY, readWithKcat(), 'kcat -C -e')]
  }
]
