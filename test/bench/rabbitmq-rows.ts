/** One line of the table of RabbitMQ: a command of ours beside its peer, doing the same work. */
export interface RabbitmqRow {
  readonly name: string
  readonly work: 'publish' | 'consume'
  /** The CPU time of a message, as a part of the peer's, at most. */
  readonly goal: number
  readonly ours: (place: RabbitmqPlace) => readonly string[]
  readonly peer: (place: RabbitmqPlace) => readonly string[]
}

export interface RabbitmqPlace {
  readonly url: string
  readonly count: number
  readonly tidings: readonly string[]
  /** The program of amqp-loop.c. */
  readonly loop: string
}

export const EXCHANGE = 'amq.topic'
export const KEY = 'bench.0'
export const QUEUE = 'bench'

/** As many messages are on their way at most: of publish without a confirm, of consume without an acknowledgement. */
const WINDOW = '1000'

const publishLines = ({ tidings, url }: RabbitmqPlace) => [
  ...[...tidings, 'publish', KEY, '--lines', '--qos', '1', '--quiet'],
  ...['--broker', url]
]

const subscribeRaw = ({ tidings, url, count }: RabbitmqPlace) => [
  ...[...tidings, 'subscribe', `/queues/${QUEUE}`, '--raw', '--count', String(count), '--quiet'],
  ...['--broker', url]
]

export const rabbitmqRows: readonly RabbitmqRow[] = [
  {
    name: 'publish --lines, QoS 1, and a C loop with confirms',
    work: 'publish',
    goal: 0.7,
    ours: publishLines,
    peer: ({ loop, url }) => [loop, 'publish', url, EXCHANGE, KEY, WINDOW]
  },
  {
    name: 'publish --lines, QoS 1, and amqp-publish -l, which asks for no confirms',
    work: 'publish',
    goal: 0.7,
    ours: publishLines,
    peer: ({ url }) => [
      'amqp-publish',
      `--url=${url}`,
      `--exchange=${EXCHANGE}`,
      `--routing-key=${KEY}`,
      '--persistent',
      '--line-buffered'
    ]
  },
  {
    name: 'subscribe --raw, and a C loop that writes nothing',
    work: 'consume',
    goal: 2.8,
    ours: subscribeRaw,
    peer: ({ loop, url, count }) => [loop, 'consume', url, QUEUE, String(count), WINDOW]
  },
  {
    name: 'subscribe --raw, and a C loop that writes lines',
    work: 'consume',
    goal: 2.8,
    ours: subscribeRaw,
    peer: ({ loop, url, count }) => [loop, 'print', url, QUEUE, String(count), WINDOW]
  }
]
