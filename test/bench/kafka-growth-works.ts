/** How much there is of what may grow. */
export interface Extent {
  readonly messages: number
  /** Of each topic. */
  readonly partitions: number
  readonly topics: number
}

/** Works are done one after the other on the topics of an extent: what reads finds what the first one has published. */
export interface GrowthWork {
  readonly name: string
  /** `publish`: all messages are written; `read`: each becomes a line of the output; `list`: each topic does. */
  readonly kind: 'publish' | 'read' | 'list'
  /** Each message has a key, the name of its topic, or nothing but a payload. */
  readonly input?: 'lines' | 'keys' | 'channels'
  /** What the command has besides the broker; `pattern` matches all topics of the extent. */
  readonly words: (pattern: string) => readonly string[]
}

/** One thing that grows. */
export interface Growth {
  readonly grows: 'messages' | 'partitions' | 'topics'
  readonly extents: readonly Extent[]
  readonly works: readonly GrowthWork[]
}

/** What start-up is measured with. */
export const FEW: Extent = { messages: 10, partitions: 1, topics: 1 }

const publishLines: GrowthWork = {
  name: 'publish --lines',
  kind: 'publish',
  input: 'lines',
  words: (pattern) => ['publish', pattern, '--lines']
}
const publishKeys: GrowthWork = {
  name: 'publish --json, with keys',
  kind: 'publish',
  input: 'keys',
  words: (pattern) => ['publish', pattern, '--json']
}
const publishChannels: GrowthWork = {
  name: 'publish --json, with channels',
  kind: 'publish',
  input: 'channels',
  words: () => ['publish', '--json']
}
const read = (how: '--raw' | '--json'): GrowthWork => ({
  name: `subscribe ${how}`,
  kind: 'read',
  words: (pattern) => ['subscribe', pattern, how, '--from', 'beginning', '--until-end']
})
const listTopics: GrowthWork = {
  name: 'channels',
  kind: 'list',
  words: (pattern) => ['channels', pattern, '--json', '--from', '-1', '--until-end']
}

/**
 * All that is measured.
 * @param quick without ten million messages
 * @param count the messages where partitions or topics grow
 */
export function growthsOf(quick: boolean, count: number): readonly Growth[] {
  const messages = [10_000, 100_000, 1_000_000, ...(quick ? [] : [10_000_000])]
  return [
    {
      grows: 'messages',
      extents: messages.map((many) => ({ ...FEW, messages: many })),
      works: [publishLines, read('--raw'), read('--json')]
    },
    {
      grows: 'partitions',
      extents: [1, 10, 100, 1000].map((many) => ({ messages: count, partitions: many, topics: 1 })),
      works: [publishKeys, read('--raw'), publishLines]
    },
    {
      grows: 'topics',
      extents: [1, 100, 1000, 10_000].map((many) => ({ messages: count, partitions: 1, topics: many })),
      works: [publishChannels, read('--raw'), listTopics]
    }
  ]
}
