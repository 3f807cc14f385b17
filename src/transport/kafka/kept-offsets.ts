import { randomUUID } from 'node:crypto'
import { TidingsError } from '../../core/errors.js'
import type { KeptPlace } from '../../core/protocol.js'
import { quoteName } from '../../core/visible-text.js'
import type { OfTopic } from './api/api.js'
import type { Membership } from './api/group-membership.js'
import { offsetCommit, offsetFetch } from './api/group-offsets.js'
import type { Coordinator } from './coordinator.js'
import { ERROR, errorWords } from './error-codes.js'
import { groupBy } from './group-by.js'
import { askForRight } from './missing-right.js'
import { nameOf, type PartitionName } from './partition-name.js'
import type { ReadPartition } from './read-partition.js'

/** Milliseconds between two commits: so much work is repeated at most after a crash. */
const COMMIT_EVERY = 1000

/** How the note begins that tidings stores with each offset: so it knows its own sessions among the groups of other programs. */
const WRITER = 'tidings'

/** Who commits where nobody is a member. */
const NO_MEMBER = { generation: -1, member: '' }

/** How far a session or a group has come, as the cluster keeps it. */
export class KeptOffsets {
  readonly #coordinator: Coordinator
  readonly #onFailed: (error: unknown) => void
  readonly #committed = new Map<string, number>()
  /** The note with each offset that is stored here: no other reader has the same. */
  readonly #note = `${WRITER} ${randomUUID()}`
  /** What was stored here, by `nameOf`. */
  readonly #stored = new Set<string>()
  /** What was stored here since another reader was looked for: two may store at the same moment. */
  readonly #unchecked = new Set<ReadPartition>()
  readonly #reads = new Set<ReadPartition>()
  #membership: Pick<Membership, 'generation' | 'member'> = NO_MEMBER
  #committing: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined

  constructor(coordinator: Coordinator, onFailed: (error: unknown) => void) {
    this.#coordinator = coordinator
    this.#onFailed = onFailed
  }

  /** Whose commits count from now on. */
  setMembership(membership: Pick<Membership, 'generation' | 'member'>): void {
    this.#membership = membership
  }

  get #isAlone(): boolean {
    return this.#membership === NO_MEMBER
  }

  /** What is stored, by `nameOf`; of all partitions where none are named. */
  async stored(names: readonly PartitionName[] | null): Promise<Map<string, number>> {
    const places = await this.#places(names)
    return new Map(places.map((each) => [nameOf({ ...each, topic: each.channel }), each.offset]))
  }

  /** What another program has stored. */
  async storedByOthers(): Promise<KeptPlace[]> {
    const places = await this.#places(null)
    return places.filter(({ note }) => !note?.startsWith(WRITER)).map(({ note: _, ...place }) => place)
  }

  async #places(names: readonly PartitionName[] | null): Promise<(KeptPlace & { note: string | null })[]> {
    const topics =
      names &&
      [...groupBy(names, ({ topic }) => topic)].map(([topic, each]) => ({
        topic,
        partitions: each.map(({ partition }) => partition)
      }))
    const { group } = this.#coordinator
    const answer = await this.#coordinator.request(
      offsetFetch,
      { group, topics },
      (found) => found.error || firstError(found.topics)
    )
    if (answer.error !== ERROR.none) throw this.#failure('read', answer.error, names?.[0]?.topic)
    return answer.topics.flatMap(({ topic, partitions }) =>
      partitions.flatMap(({ partition, offset, note, error }) => {
        if (error !== ERROR.none) throw this.#failure('read', error, topic)
        return offset >= 0 ? [{ channel: topic, partition, offset, note }] : []
      })
    )
  }

  /** These partitions are read from now on, and their progress is committed. Resolves once their start is stored. */
  async begin(reads: readonly ReadPartition[], stored: ReadonlyMap<string, number>): Promise<void> {
    for (const read of reads) {
      this.#reads.add(read)
      const offset = stored.get(nameOf(read))
      if (offset !== undefined) this.#committed.set(nameOf(read), offset)
    }
    this.#timer ??= setInterval(() => void this.commit().catch(this.#onFailed), COMMIT_EVERY)
    await this.commit()
  }

  /** These partitions are read no more. Resolves once what was taken of them is stored. */
  async end(reads: readonly ReadPartition[]): Promise<void> {
    await this.commit()
    this.forget(reads)
  }

  /** These partitions belong to somebody else. */
  forget(reads: readonly ReadPartition[]): void {
    for (const read of reads) {
      this.#reads.delete(read)
      this.#committed.delete(nameOf(read))
      this.#stored.delete(nameOf(read))
      this.#unchecked.delete(read)
    }
  }

  /** Stores what was taken. Rejects with a TidingsError where somebody else reads the session. */
  commit(): Promise<void> {
    this.#committing = this.#committing.catch(() => undefined).then(() => this.#commit())
    return this.#committing
  }

  async #commit(): Promise<void> {
    const due = [...this.#reads].filter((read) => this.#committed.get(nameOf(read)) !== read.taken)
    if (this.#isAlone) await this.#checkAlone(new Set([...due, ...this.#unchecked]))
    if (due.length === 0) return
    const offsets = due.map((read) => ({ topic: read.topic, partition: read.partition, offset: read.taken }))
    const { group } = this.#coordinator
    const answer = await this.#coordinator.request(
      offsetCommit,
      {
        group,
        ...this.#membership,
        note: this.#note,
        topics: [...groupBy(offsets, ({ topic }) => topic)].map(([topic, partitions]) => ({
          topic,
          partitions
        }))
      },
      firstError
    )
    for (const { topic, partitions } of answer)
      for (const { partition, error } of partitions) {
        // The members are joining anew, which tells them what they still have.
        if (isOfOldGeneration(error) && !this.#isAlone) continue
        // The topic was deleted, which the reading tells.
        if (error === ERROR.unknownTopicOrPartition) continue
        if (error !== ERROR.none) throw this.#failure('store', error, topic)
        const at = offsets.findIndex((each) => each.topic === topic && each.partition === partition)
        const [offset, read] = [offsets[at]?.offset, due[at]]
        if (offset === undefined || read === undefined) continue
        const name = nameOf(read)
        this.#committed.set(name, offset)
        this.#stored.add(name)
        this.#unchecked.add(read)
      }
  }

  /** A session has one reader: another one has moved what is stored, or has stored the same at the same moment. */
  async #checkAlone(reads: ReadonlySet<ReadPartition>): Promise<void> {
    if (reads.size === 0) return
    const places = await this.#places([...reads])
    const stored = new Map(places.map((each) => [nameOf({ ...each, topic: each.channel }), each]))
    for (const read of reads) {
      const name = nameOf(read)
      const place = stored.get(name)
      const committed = this.#committed.get(name)
      const isOwn = !this.#stored.has(name) || place?.note === this.#note
      // The broker forgets what is stored of a topic that is deleted, which the reading tells.
      const isForgotten = place === undefined && read.taken === committed
      if (isForgotten || (isOwn && place?.offset === committed)) {
        this.#unchecked.delete(read)
        continue
      }
      throw new TidingsError(
        'unfinished',
        `the session ${quoteName(this.#coordinator.group)} is read by somebody else, too`,
        { code: 'session-taken-over', suggestion: 'to share the work, use --group NAME' }
      )
    }
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #failure(what: 'read' | 'store', code: number, topic = 'NAME'): TidingsError {
    const words =
      isOfOldGeneration(code) && this.#isAlone ? 'the group of this name has members' : errorWords(code)
    return new TidingsError(
      'refused',
      `cannot ${what} the progress of ${quoteName(this.#coordinator.group)}: ${words}`,
      {
        code: 'session-refused',
        suggestion:
          code === ERROR.topicAuthorizationFailed
            ? askForRight({ operation: 'Read', on: ['--topic', topic] }, this.#coordinator.asker)
            : 'take another name'
      }
    )
  }
}

const firstError = (topics: readonly OfTopic<{ readonly error: number }>[]): number =>
  topics.flatMap(({ partitions }) => partitions.map(({ error }) => error)).find(Boolean) ?? 0

const isOfOldGeneration = (error: number): boolean =>
  error === ERROR.illegalGeneration || error === ERROR.unknownMemberId || error === ERROR.rebalanceInProgress
