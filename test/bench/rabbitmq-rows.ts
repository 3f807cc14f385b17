import type { Peer, Work } from './measure-work.js'

/** Where the commands of the table of RabbitMQ find what they need. */
export interface RabbitmqPlace {
  readonly url: string
  /** The same virtual host over RabbitMQ's plug-in for MQTT. */
  readonly mqttUrl: string
  /** The same broker, which takes 64 KiB in 20 ms. */
  readonly slowUrl: string
  readonly count: number
  readonly tidings: readonly string[]
  /** The program of amqp-loop.c. */
  readonly loop: string
  /** The beginning of a command line that runs amqplib-loop.cjs; undefined where amqplib cannot be fetched. */
  readonly amqplib: readonly string[] | undefined
}

type Command = Peer<RabbitmqPlace>['command']

/** A command of ours on RabbitMQ. */
export interface RabbitmqWork extends Work<RabbitmqPlace> {
  /** `publish`: the queue holds `count` messages afterwards; `consume`: before it; `start`: one message is published. */
  readonly kind: 'publish' | 'consume' | 'start'
}

export const EXCHANGE = 'amq.topic'
export const KEY = 'bench.0'
export const QUEUE = 'bench'

/** As many messages are on their way at most: of publish without a confirm, of consume without an acknowledgement. */
const WINDOW = '1000'

const publishLines = ({ tidings }: RabbitmqPlace, url: string) => [
  ...[...tidings, 'publish', KEY, '--lines', '--qos', '1', '--quiet'],
  ...['--broker', url]
]

const publishOne = ({ tidings }: RabbitmqPlace, url: string) => [
  ...[...tidings, 'publish', KEY, '{"percent":4}', '--quiet'],
  ...['--broker', url]
]

const subscribeRaw = ({ tidings, url, count }: RabbitmqPlace) => [
  ...[...tidings, 'subscribe', `/queues/${QUEUE}`, '--raw', '--count', String(count), '--quiet'],
  ...['--broker', url]
]

const publishInC: Command = ({ loop, url }) => [loop, 'publish', url, EXCHANGE, KEY, WINDOW]

const readInC =
  (how: 'consume' | 'print'): Command =>
  ({ loop, url, count }) => [loop, how, url, QUEUE, String(count), WINDOW]

/** Ours alone counts, up to this many megabytes. */
const MEMORY = 130

export const rabbitmqWorks: readonly RabbitmqWork[] = [
  {
    name: 'publish --lines, QoS 1',
    kind: 'publish',
    of: 'cpu',
    ours: (place) => publishLines(place, place.url),
    peers: [
      { name: 'a C loop with confirms', goal: 0.7, command: publishInC },
      {
        name: 'amqp-publish -l, which asks for no confirms',
        goal: 0.7,
        command: ({ url }) => [
          ...['amqp-publish', `--url=${url}`, `--exchange=${EXCHANGE}`, `--routing-key=${KEY}`],
          ...['--persistent', '--line-buffered']
        ]
      },
      {
        name: 'amqplib with confirms',
        goal: 0.4,
        command: ({ amqplib, url }) => amqplib && [...amqplib, 'publish', url, EXCHANGE, KEY, WINDOW]
      }
    ]
  },
  {
    name: 'subscribe --raw',
    kind: 'consume',
    of: 'cpu',
    ours: subscribeRaw,
    peers: [
      { name: 'a C loop that writes nothing', goal: 2.8, command: readInC('consume') },
      { name: 'a C loop that writes lines', goal: 2.8, command: readInC('print') },
      {
        name: 'amqplib, which writes nothing',
        goal: 0.4,
        command: ({ amqplib, url, count }) =>
          amqplib && [...amqplib, 'consume', url, QUEUE, String(count), WINDOW]
      }
    ]
  },
  {
    name: 'publish one message, QoS 1',
    kind: 'start',
    of: 'start',
    ours: (place) => publishOne(place, place.url),
    peers: [
      {
        name: "tidings over RabbitMQ's plug-in for MQTT",
        goal: 1.1,
        command: (place) => publishOne(place, place.mqttUrl)
      }
    ]
  },
  {
    name: 'memory of publish, QoS 1, slow broker',
    kind: 'publish',
    of: 'memory',
    ours: (place) => publishLines(place, place.slowUrl),
    peers: [
      {
        name: 'a C loop with confirms',
        goal: MEMORY,
        command: (place) => publishInC({ ...place, url: place.slowUrl })
      }
    ]
  },
  {
    name: 'memory of subscribe --raw, slow reader',
    kind: 'consume',
    of: 'memory',
    readerPause: 5_000,
    ours: subscribeRaw,
    peers: [{ name: 'a C loop that writes lines', goal: MEMORY, command: readInC('print') }]
  }
]
