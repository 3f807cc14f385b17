import type { HistoryPosition } from '../../core/connection.js'
import { quoteName } from '../../core/visible-text.js'
import type { OfTopic } from './api/api.js'
import { EARLIEST, LATEST, type ListedOffset, listOffsets, type OffsetWish } from './api/list-offsets.js'
import type { Cluster } from './cluster.js'
import { ERROR, errorWords, isPassing } from './error-codes.js'
import { groupBy } from './group-by.js'
import { LostNodeError } from './node-connection.js'
import { beyondEndNotice, type EarlyEnd } from './reading-notices.js'
import type { Topics } from './topics.js'

/** A partition, by name and number. */
export interface PartitionName {
  readonly topic: string
  readonly partition: number
}

/** A question to a broker about a partition failed, and asking again would not help. */
export class PartitionError extends Error {
  constructor(
    readonly code: number,
    readonly place: PartitionName
  ) {
    super(errorWords(code))
  }
}

/** A partition in words. */
export const placeOf = ({ topic, partition }: PartitionName): string =>
  `partition ${partition} of ${quoteName(topic)}`

export const nameOf = ({ topic, partition }: PartitionName): string => `${partition} ${topic}`

/**
 * The offset of the first record at a time or later in each partition, -1 where there is none; asks each partition's leader.
 * @param timestamp milliseconds since 1970, LATEST or EARLIEST
 * @returns by `nameOf`. Rejects with a PartitionError.
 */
export async function offsetsAt(
  partitions: readonly PartitionName[],
  timestamp: number,
  cluster: Cluster,
  topics: Topics
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  for (let left = partitions; left.length > 0; ) {
    const byLeader = groupBy(left, ({ topic, partition }) => topics.leader(topic, partition))
    await Promise.all(
      [...byLeader].map(async ([leader, wanted]) => {
        if (leader < 0) return
        for (const answer of await askLeader(leader, wanted, timestamp, cluster)) {
          if (answer.error === ERROR.none) {
            if (cluster.troubles.areAny) cluster.troubles.over(`read ${placeOf(answer)}`)
            found.set(nameOf(answer), answer.offset)
          } else if (isPassing(answer.error) || answer.error === ERROR.unknownTopicOrPartition)
            cluster.troubles.met(`read ${placeOf(answer)}`, errorWords(answer.error))
          else throw new PartitionError(answer.error, answer)
        }
      })
    )
    left = left.filter((each) => !found.has(nameOf(each)))
    if (left.length > 0) await topics.refresh()
    cluster.signal.throwIfAborted()
    const gone = left.find(({ topic }) => topics.known(topic) === undefined)
    if (gone !== undefined) throw new PartitionError(ERROR.unknownTopicOrPartition, gone)
  }
  return found
}

/** Asks a leader for offsets; nothing comes of one that cannot be reached. */
export async function askLeader(
  leader: number,
  partitions: readonly PartitionName[],
  timestamp: number,
  cluster: Cluster
): Promise<readonly (ListedOffset & PartitionName)[]> {
  const byTopic = groupBy(partitions, ({ topic }) => topic)
  const wanted: OfTopic<OffsetWish>[] = [...byTopic].map(([topic, each]) => ({
    topic,
    partitions: each.map(({ partition }) => ({ partition, timestamp }))
  }))
  try {
    const node = await cluster.node(leader, 'group')
    const answers = await node.request(listOffsets, wanted)
    return answers.flatMap(({ topic, partitions: listed }) => listed.map((each) => ({ ...each, topic })))
  } catch (error) {
    if (!(error instanceof LostNodeError)) throw error
    return []
  }
}

/**
 * The offset at which reading begins in each partition, by `nameOf`. Rejects with a PartitionError.
 * @param warn is told where a partition ends before the offset that is asked for
 */
export async function startPositions(
  partitions: readonly PartitionName[],
  from: HistoryPosition,
  cluster: Cluster,
  topics: Topics,
  warn: (text: string) => void
): Promise<ReadonlyMap<string, number>> {
  const ask = (timestamp: number) => offsetsAt(partitions, timestamp, cluster, topics)
  if (from === 'latest') return ask(LATEST)
  if (from === 'beginning') return ask(EARLIEST)
  const ends = await ask(LATEST)
  if ('time' in from) {
    const times = await ask(Math.ceil(from.time / 1000))
    return mapped(times, (offset, name) => (offset < 0 ? (ends.get(name) ?? 0) : offset))
  }
  if ('offset' in from) {
    const early = partitions.flatMap((place): EarlyEnd[] => {
      const end = ends.get(nameOf(place)) ?? 0
      return end < from.offset ? [{ ...place, end }] : []
    })
    const notice = beyondEndNotice(early, from.offset)
    if (notice !== undefined) warn(notice)
  }
  const beginnings = await ask(EARLIEST)
  return mapped(ends, (end, name) => {
    const wanted = 'last' in from ? end - from.last : from.offset
    return Math.min(end, Math.max(beginnings.get(name) ?? 0, wanted))
  })
}

const mapped = (
  offsets: ReadonlyMap<string, number>,
  change: (offset: number, name: string) => number
): ReadonlyMap<string, number> => new Map([...offsets].map(([name, offset]) => [name, change(offset, name)]))
