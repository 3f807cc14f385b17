import { TidingsError } from '../../core/errors.js'
import { quoteName } from '../../core/visible-text.js'
import type { TopicMetadata } from './api/metadata.js'
import { Coordinator } from './coordinator.js'
import { ERROR } from './error-codes.js'
import { GroupError, GroupMember } from './group-member.js'
import { KeptOffsets } from './kept-offsets.js'
import { beginReading, type ReadingParts, type ReadingWish } from './kept-reading.js'
import { nameOf, type PartitionName } from './partition-name.js'
import type { ReadPartition } from './read-partition.js'

/** What the reading of a group needs. */
export interface GroupWorld {
  /** The topics that are wanted, as they are now. */
  topics(): Promise<readonly TopicMetadata[]>
  /** Resolves when what a receiver handles now is taken. */
  settled(): Promise<void>
  onFailed(error: unknown): void
}

/** Reads the share that a member of a group has. What was written is committed before a partition goes to another member. */
export class GroupReading {
  /** Resolves when the first share is read. Rejects where the group cannot be joined. */
  readonly joined: Promise<void>
  readonly #member: GroupMember
  readonly #kept: KeptOffsets
  readonly #parts: ReadingParts
  readonly #world: GroupWorld
  #wanted = ''
  /** The first share has been begun. Later ones go on at a place that this group has stored itself. */
  #isBegun = false
  /** The topics that were there at the beginning. */
  #first: ReadonlySet<string> | undefined

  constructor(group: string, wish: ReadingWish, parts: ReadingParts, world: GroupWorld) {
    const coordinator = new Coordinator(parts.cluster, group)
    this.#world = world
    this.#kept = new KeptOffsets(coordinator, world.onFailed)
    this.#parts = { ...parts, kept: this.#kept }
    this.#member = new GroupMember(coordinator, {
      topics: async () => {
        const topics = await world.topics()
        this.#first ??= new Set(topics.map(({ topic }) => topic))
        this.#wanted = shapeOf(topics)
        return topics.map(({ topic }) => topic)
      },
      partitionsOf: (names) => this.#partitionsOf(names),
      onGeneration: (generation, member) => this.#kept.setMembership({ generation, member }),
      onAssigned: (partitions) => this.#begin(partitions, wish),
      onRevoked: (partitions) => this.#end(partitions),
      onLost: (partitions) => this.#kept.forget(this.#take(partitions))
    })
    const running = this.#member.run().catch((error: unknown) => {
      throw error instanceof GroupError
        ? new TidingsError('refused', `cannot join the group ${quoteName(group)}: ${error.message}`, {
            code: 'group-refused',
            suggestion:
              error.code === ERROR.inconsistentGroupProtocol
                ? 'let all members share alike, or take another name: --group NAME'
                : 'take another name: --group NAME'
          })
        : error
    })
    this.joined = Promise.race([this.#member.joined, running])
    this.joined.then(
      () => running.catch((error: unknown) => parts.cluster.signal.aborted || world.onFailed(error)),
      () => undefined
    )
  }

  /** As `GroupMember.confirmed`. */
  confirmed(): Promise<void> | undefined {
    return this.#member.confirmed()
  }

  /** Joins again where the wanted topics or their partitions have changed. */
  async look(): Promise<void> {
    if (shapeOf(await this.#world.topics()) !== this.#wanted) this.#member.rejoin()
  }

  /** Stores what was taken, and leaves the group, so that others go on at once. */
  async leave(): Promise<void> {
    this.#kept.stop()
    await this.#kept.commit()
    await this.#member.leave()
  }

  async #partitionsOf(names: readonly string[]): Promise<PartitionName[]> {
    const topics = await Promise.all(names.map((name) => this.#parts.topics.load(name)))
    return topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition }) => ({ topic, partition }))
    )
  }

  /** A topic that was born meanwhile is read from its beginning. */
  async #begin(partitions: readonly PartitionName[], wish: ReadingWish): Promise<void> {
    const isFirst = ({ topic }: PartitionName) => this.#first?.has(topic) === true
    const born = partitions.filter((each) => !isFirst(each))
    const later = { ...wish, ignoredFrom: undefined }
    const first = this.#isBegun ? later : wish
    this.#isBegun = true
    await beginReading(partitions.filter(isFirst), first, this.#parts)
    await beginReading(born, { ...later, from: 'beginning' }, this.#parts)
  }

  async #end(partitions: readonly PartitionName[]): Promise<void> {
    const reads = this.#take(partitions)
    await this.#world.settled()
    await this.#kept.end(reads)
  }

  /** Stops reading these. What waits of them is not handed out. */
  #take(partitions: readonly PartitionName[]): ReadPartition[] {
    const names = new Set(partitions.map(nameOf))
    const reads = [...this.#parts.fetching.partitions].filter((read) => names.has(nameOf(read)))
    for (const read of reads) this.#parts.fetching.remove(read)
    return reads
  }
}

const shapeOf = (topics: readonly TopicMetadata[]): string =>
  topics
    .map(({ topic, partitions }) => `${topic} ${partitions.length}`)
    .sort()
    .join()
