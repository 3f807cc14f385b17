import type { ListedChannel, LookWish } from '../../core/connection.js'
import type { TidingsError } from '../../core/errors.js'
import { LATEST } from './api/list-offsets.js'
import type { TopicMetadata } from './api/metadata.js'
import { chooseTopics, partitionsOf } from './choose-topics.js'
import type { Cluster } from './cluster.js'
import { type OffsetRange, offsetRanges } from './offset-ranges.js'
import { nameOf } from './partition-name.js'
import { readTails } from './read-tails.js'
import { readFailure } from './subscribe-refusals.js'
import { PartitionTail, TopicTail } from './topic-tail.js'
import type { Topics } from './topics.js'
import { judgeUnread } from './unread-topics.js'

/** What came of a look. */
export interface LookedAt {
  /** Where to go on: the end of each partition, by `nameOf`; LATEST where the end is not known. */
  readonly ends: ReadonlyMap<string, number>
  readonly failure: TidingsError | undefined
}

/** As `BrokerConnection.look`. */
export async function lookAtTopics(
  wish: LookWish,
  cluster: Cluster,
  topics: Topics,
  warn: (text: string) => void
): Promise<LookedAt> {
  const { topics: chosen, refused } = await chooseTopics(wish.patterns, topics)
  for (const [pattern, code] of refused) throw readFailure(code, pattern, cluster.asker)
  const partitions = partitionsOf(chosen.values())
  const ranges = await offsetRanges(partitions, cluster, topics)
  const all = [...chosen.values()].sort((a, b) => (a.topic < b.topic ? -1 : 1))
  wish.onListed(all.map((topic) => listed(topic, ranges)))
  const ends = new Map(partitions.map((each) => [nameOf(each), ranges.get(nameOf(each))?.end ?? LATEST]))
  if (wish.messages === 0) return { ends, failure: undefined }
  const tails = all
    .map((topic) => tailOf(topic, ranges, wish.messages))
    .filter(({ isDone, unknown }) => !isDone || unknown.length > 0)
  const unread = await readTails(tails, wish, { cluster, topics })
  if (cluster.signal.aborted) return { ends, failure: undefined }
  const isNamed = (topic: string) => wish.patterns.includes(topic)
  return { ends, failure: judgeUnread(unread, tails.length, { isNamed, warn, asker: cluster.asker }) }
}

function listed(
  { topic, partitions }: TopicMetadata,
  ranges: ReadonlyMap<string, OffsetRange>
): ListedChannel {
  const known = partitions.flatMap(({ partition }) => ranges.get(nameOf({ topic, partition })) ?? [])
  const stored = known.length === 0 ? undefined : known.reduce((sum, { start, end }) => sum + end - start, 0)
  const places = partitions.toSorted((a, b) => a.partition - b.partition)
  return { name: topic, partitions: partitions.length, places, ...(stored !== undefined && { stored }) }
}

function tailOf(
  { topic, partitions }: TopicMetadata,
  ranges: ReadonlyMap<string, OffsetRange>,
  most: number
): TopicTail {
  const tail = new TopicTail(topic)
  for (const { partition } of partitions) {
    const range = ranges.get(nameOf({ topic, partition }))
    if (range === undefined) tail.unknown.push(partition)
    else tail.parts.push(new PartitionTail(tail, partition, range, most))
  }
  return tail
}
