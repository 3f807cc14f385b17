import { join } from 'node:path'

/** The kinds of place a row's commands talk to. */
export type BrokerKind =
  | { readonly kind: 'ack'; readonly pauseMicroseconds?: number }
  /** `payload`: the file that holds it, where it is another one. */
  | { readonly kind: 'feed'; readonly qos: 0 | 1; readonly channels?: number; readonly payload?: string }
  | { readonly kind: 'mosquitto' }
  | { readonly kind: 'none' }

/** One line of the table: a command of ours beside its peer, doing the same work. */
export interface Row {
  readonly name: string
  readonly broker: BrokerKind
  /** Messages in one run; 0 where the row is about starting. */
  readonly count: number
  /** The peer's messages in one run, where it cannot do as many. */
  readonly peerCount?: number
  readonly ours: (place: Place) => readonly string[]
  readonly peer: (place: Place) => readonly string[]
  /** The program without which there is no peer, where the peer's first word does not name it. */
  readonly needs?: string
  /** What stdin is: payloads, one per line; or for us the same as envelope lines, and for the peer still payloads. */
  readonly input?: 'payloads' | 'envelopes'
  /** The output goes to a program that reads 64 KiB and then pauses for so many microseconds. */
  readonly readerPause?: number
  /** Through a real broker: `mosquitto_pub` sends as soon as the broker has seen the subscription. */
  readonly published?: boolean
  /**
   * What is compared: messages per second, CPU seconds of a whole run and of what it leaves running, CPU seconds per message, seconds from
   * start to end (`wall`), or the peak in megabytes (ours alone to the goal).
   */
  readonly of: 'rate' | 'start' | 'cpu' | 'wall' | 'memory'
  /** The ratio to reach: at least, for a rate; at most, otherwise. By Node's major version where it differs. */
  readonly goal: Readonly<Record<number, number>> | number
  /** The exit code when all is well; 0 otherwise. */
  readonly exitCode?: number
  /** The program is used for the first time: no files of its own, and no `local` broker is running. */
  readonly fresh?: boolean
}

export interface Place {
  readonly port: number
  readonly count: number
  /** The path of the Node that runs tidings, and that a bare start is measured with. */
  readonly node: string
  /** How tidings is started: node and its script, or an installed program. */
  readonly tidings: readonly string[]
}

const fileHere = (name: string) => join(import.meta.dirname, name)
const channel = 'bench/0'
const broker = ({ port }: Place) => ['--broker', `mqtt://127.0.0.1:${port}`]
const mosquitto = (name: string, { port }: Place) => [
  name,
  '-h',
  '127.0.0.1',
  '-p',
  String(port),
  '-t',
  channel
]

const publishLines = (qos: number, ...more: string[]) => ({
  ours: (place: Place) => [
    ...place.tidings,
    'publish',
    ...more,
    '--qos',
    String(qos),
    '--quiet',
    ...broker(place)
  ],
  peer: (place: Place) => [...mosquitto('mosquitto_pub', place), '-l', '-q', String(qos)]
})

type Commands = Pick<Row, 'ours' | 'peer'>

const onProtocol = (protocol: '3.1.1' | '5', { ours, peer }: Commands): Commands => ({
  ours: (place) => [...ours(place), '--protocol', protocol],
  peer: (place) => [...peer(place), '-V', protocol === '5' ? '5' : '311']
})

const subscribe = (qos: number, ours: readonly string[], peer: readonly string[]) => ({
  ours: (place: Place) => [
    ...[
      ...place.tidings,
      'subscribe',
      channel,
      ...ours,
      '--qos',
      String(qos),
      '--count',
      String(place.count)
    ],
    ...['--quiet', ...broker(place)]
  ],
  peer: (place: Place) => [
    ...mosquitto('mosquitto_sub', place),
    ...peer,
    '-q',
    String(qos),
    '-C',
    String(place.count)
  ]
})

/** `subscribe --json` with one of two filters, each of which every message passes. */
const filtered = (filter: readonly string[], peer: (words: readonly string[]) => readonly string[]) => {
  const commandOf = (more: readonly string[]) => subscribe(0, ['--json', ...more], []).ours
  return { ours: commandOf(filter), peer: (place: Place) => peer(commandOf([])(place)) }
}

const start = (more: readonly string[]) => ({
  ours: (place: Place) => [
    ...place.tidings,
    ...more.map((word) => word.replace('{port}', String(place.port)))
  ],
  peer: ({ node }: Place) => [node, '-e', '0']
})

/** mosquitto_pub loses what exceeds 65,535 messages in its queue, and says nothing. */
const mosquittoLimit = 60_000

export const rows: readonly Row[] = [
  {
    name: 'publish --lines, QoS 0',
    broker: { kind: 'ack' },
    count: 1_000_000,
    input: 'payloads',
    of: 'rate',
    goal: 3,
    ...publishLines(0, channel, '--lines')
  },
  {
    name: 'publish --lines, QoS 1',
    broker: { kind: 'ack' },
    count: 100_000,
    peerCount: mosquittoLimit,
    input: 'payloads',
    of: 'rate',
    goal: 4,
    ...publishLines(1, channel, '--lines')
  },
  {
    name: 'publish --json, QoS 1',
    broker: { kind: 'ack' },
    count: 100_000,
    peerCount: mosquittoLimit,
    input: 'envelopes',
    of: 'rate',
    goal: 2,
    ...publishLines(1, channel, '--json')
  },
  ...([0, 1] as const).flatMap((qos): Row[] => [
    {
      name: `subscribe --raw, QoS ${qos}`,
      broker: { kind: 'feed', qos },
      count: qos === 0 ? 1_000_000 : 300_000,
      of: 'rate',
      goal: 6,
      ...onProtocol('3.1.1', subscribe(qos, ['--raw'], []))
    },
    {
      name: `subscribe --json, QoS ${qos}`,
      broker: { kind: 'feed', qos },
      count: qos === 0 ? 1_000_000 : 300_000,
      of: 'rate',
      goal: 4,
      ...onProtocol('3.1.1', subscribe(qos, ['--json'], ['-F', '%j']))
    }
  ]),
  {
    name: 'subscribe, for people, QoS 0',
    broker: { kind: 'feed', qos: 0 },
    count: 300_000,
    of: 'rate',
    goal: 1,
    ...onProtocol('3.1.1', subscribe(0, [], ['-v']))
  },
  {
    name: 'subscribe --json --where on the channel, beside no filter',
    broker: { kind: 'feed', qos: 0 },
    count: 1_000_000,
    of: 'rate',
    goal: 0.9,
    ...filtered(['--where', `channel.startsWith('bench/')`], (words) => words)
  },
  {
    name: 'subscribe --json --where on the payload, beside jq',
    broker: { kind: 'feed', qos: 0 },
    count: 1_000_000,
    of: 'rate',
    goal: 3,
    needs: 'jq',
    ...filtered(['--where', 'payload.percent < 30'], (words) => [
      'sh',
      '-c',
      '"$@" | jq -c "select(.payload.percent < 30)"',
      'sh',
      ...words
    ])
  },
  {
    name: 'subscribe --json --schema of ten properties, beside none',
    broker: { kind: 'feed', qos: 0, payload: fileHere('ten-members.payload') },
    count: 500_000,
    of: 'rate',
    goal: 0.4,
    ...filtered(['--schema', fileHere('ten-members.schema.json')], (words) => words)
  },
  // mosquitto's clients speak MQTT 3.1.1 unless told otherwise; with MQTT 5 mosquitto takes only 20 messages at once.
  ...(['3.1.1', '5'] as const).flatMap((protocol): Row[] => [
    {
      name: `CPU of publish, QoS 1, mosquitto, MQTT ${protocol}`,
      broker: { kind: 'mosquitto' },
      count: 100_000,
      peerCount: mosquittoLimit,
      input: 'payloads',
      of: 'cpu',
      goal: 0.7,
      ...onProtocol(protocol, publishLines(1, channel, '--lines'))
    },
    {
      name: `CPU of subscribe --raw, QoS 1, mosquitto, MQTT ${protocol}`,
      broker: { kind: 'mosquitto' },
      count: 100_000,
      published: true,
      of: 'cpu',
      goal: 0.7,
      ...onProtocol(protocol, subscribe(1, ['--raw'], []))
    }
  ]),
  ...([0, 1] as const).map(
    (qos): Row => ({
      name: `memory of publish, QoS ${qos}, slow broker`,
      broker: { kind: 'ack', pauseMicroseconds: qos === 0 ? 20_000 : 2_000 },
      count: qos === 0 ? 500_000 : mosquittoLimit,
      input: 'payloads',
      of: 'memory',
      goal: 130,
      ...publishLines(qos, channel, '--lines')
    })
  ),
  {
    name: 'memory of subscribe --raw, QoS 0, slow reader',
    broker: { kind: 'feed', qos: 0 },
    count: 300_000,
    readerPause: 5_000,
    of: 'memory',
    goal: 130,
    ...onProtocol('3.1.1', subscribe(0, ['--raw'], []))
  },
  {
    name: 'publish one message, QoS 1',
    broker: { kind: 'ack' },
    count: 0,
    of: 'start',
    goal: { 20: 3, 24: 2 },
    ...start(['publish', channel, '{"percent":4}', '--quiet', '--broker', 'mqtt://127.0.0.1:{port}'])
  },
  ...['--help', '--version'].map(
    (flag): Row => ({
      name: flag,
      broker: { kind: 'none' },
      count: 0,
      of: 'start',
      goal: { 20: 1.5, 24: 1.3 },
      ...start([flag])
    })
  ),
  {
    name: 'a usage error',
    broker: { kind: 'none' },
    count: 0,
    of: 'start',
    goal: { 20: 2.4, 24: 1.6 },
    exitCode: 2,
    ...start(['publish', channel, '--qos', '3'])
  },
  {
    name: 'first use of the local broker',
    broker: { kind: 'none' },
    count: 0,
    of: 'start',
    goal: { 20: 5.5, 24: 5 },
    fresh: true,
    ...start(['publish', channel, '{"percent":4}', '--quiet', '--broker', 'local'])
  }
]
