import type { LookWish } from '../../core/connection.js'
import { startReceiveClock } from '../clock/receive-clock.js'
import type { FetchedPartition } from './api/fetch.js'
import type { Cluster } from './cluster.js'
import { ERROR, errorWords, isPassing } from './error-codes.js'
import { type Answered, type FetchLimits, fetchFrom } from './fetch-from.js'
import { groupBy } from './group-by.js'
import { nameOf } from './partition-name.js'
import { BadRecordsError } from './records/read-batches.js'
import type { PartitionTail, TopicTail } from './topic-tail.js'
import type { Topics } from './topics.js'
import type { UnreadTopic } from './unread-topics.js'

/** Partitions that one request asks for. */
const AT_ONCE = 500
/** Of a partition, a batch of the usual greatest size fits. */
const LIMITS: FetchLimits = { wait: 0, bytes: 4 * 1024 * 1024, partBytes: 1_100_000 }
/** Bytes of messages that are held until all partitions of their topic were looked at. Beyond, what there is goes on. */
const MOST_HELD = 32 * 1024 * 1024
/** How often leaders are looked for: a partition may have none for a moment. */
const TRIES = 3

export interface TailReading {
  readonly cluster: Cluster
  readonly topics: Topics
}

/** Reads the last messages of topics, many topics with each request, and hands them over. Returns what could not be read. */
export async function readTails(
  tails: readonly TopicTail[],
  wish: Pick<LookWish, 'take' | 'time'>,
  reading: TailReading
): Promise<UnreadTopic[]> {
  const reader = new TailReader(wish, reading)
  await reader.read(tails.flatMap(({ parts }) => parts.filter(({ isDone }) => !isDone)))
  return tails.flatMap((tail) => reader.unread(tail) ?? [])
}

class TailReader {
  readonly #wish: Pick<LookWish, 'take' | 'time'>
  readonly #reading: TailReading
  readonly #deadline: number
  readonly #now = startReceiveClock()
  /** Why partitions could not be read. */
  readonly #failed = new Map<PartitionTail, Pick<UnreadTopic, 'why' | 'isDenied'>>()
  #held = 0
  #taking: Promise<void> = Promise.resolve()

  constructor(wish: Pick<LookWish, 'take' | 'time'>, reading: TailReading) {
    this.#wish = wish
    this.#reading = reading
    this.#deadline = performance.now() + wish.time
  }

  get #isOver(): boolean {
    return performance.now() > this.#deadline || this.#reading.cluster.signal.aborted
  }

  async read(wanted: readonly PartitionTail[]): Promise<void> {
    const { topics } = this.#reading
    let left = wanted
    for (let tries = 0; tries < TRIES && left.length > 0 && !this.#isOver; tries++) {
      if (tries > 0) await topics.refresh()
      const byLeader = groupBy(left, ({ topic, partition }) => topics.leader(topic.name, partition))
      await Promise.all([...byLeader].map(([leader, queue]) => leader >= 0 && this.#readFrom(leader, queue)))
      left = left.filter(({ isDone }) => !isDone)
    }
    for (const tail of new Set(wanted.map(({ topic }) => topic))) await this.#handOver(tail)
  }

  /** Reads from one leader, until all is done but what another one seems to lead. */
  async #readFrom(leader: number, wanted: readonly PartitionTail[]): Promise<void> {
    const queue = [...wanted]
    while (queue.length > 0 && !this.#isOver) {
      const asked = queue.splice(0, AT_ONCE)
      const answered = await this.#ask(leader, asked)
      if (answered === undefined) return
      const answers = new Map(answered.parts.map((each) => [nameOf(each), each]))
      const again: PartitionTail[] = []
      let hasMoved = false
      for (const part of asked) {
        const before = part.position
        const answer = answers.get(nameOf({ topic: part.topic.name, partition: part.partition }))
        if (answer === undefined || isPassing(answer.error)) continue
        await this.#take(part, answer)
        hasMoved ||= part.isDone || part.position !== before
        if (!part.isDone) again.push(part)
      }
      // What was taken of it are copies.
      answered.release()
      // A broker sends the first batch that there is, however large: something moves each time.
      if (!hasMoved) return
      // What had no room in the answer comes first now, so that few topics are begun at a time.
      queue.unshift(...again)
    }
  }

  #ask(leader: number, parts: readonly PartitionTail[]): Promise<Answered | undefined> {
    const wishes = parts.map(({ topic, partition, position }) => ({ topic: topic.name, partition, position }))
    return fetchFrom(leader, wishes, LIMITS, this.#reading.cluster)
  }

  async #take(part: PartitionTail, answer: FetchedPartition): Promise<void> {
    const { topic } = part
    if (answer.error === ERROR.none) {
      try {
        const before = part.held
        await part.take(answer, this.#now())
        this.#held += part.held - before
      } catch (error) {
        if (!(error instanceof BadRecordsError)) throw error
        this.#fail(part, error.message)
      }
    } else if (answer.error === ERROR.offsetOutOfRange)
      // What was deleted meanwhile is not looked at.
      part.isDone = true
    else this.#fail(part, errorWords(answer.error), answer.error === ERROR.topicAuthorizationFailed)
    if (topic.isDone || this.#held > MOST_HELD) await this.#handOver(topic)
  }

  #fail(part: PartitionTail, why: string, isDenied = false): void {
    this.#failed.set(part, { why, isDenied })
    part.isDone = true
  }

  /** One batch after the other, whichever leaders they come from. */
  #handOver(topic: TopicTail): Promise<void> {
    this.#held -= topic.held
    const messages = topic.takeMessages()
    if (messages.length === 0) return Promise.resolve()
    this.#taking = this.#taking.then(() => this.#wish.take(messages))
    return this.#taking
  }

  /** What of a topic could not be read; undefined where all was. */
  unread({ name, parts, unknown }: TopicTail): UnreadTopic | undefined {
    const left = parts.filter((part) => this.#failed.has(part) || !part.isDone)
    if (left.length === 0 && unknown.length === 0) return undefined
    const [failed] = left.flatMap((part) => this.#failed.get(part) ?? [])
    const partitions = [...left.map(({ partition }) => partition), ...unknown]
    const isLeaderless = partitions.some((each) => this.#reading.topics.leader(name, each) < 0)
    const why = isLeaderless ? NO_LEADER : left.length > 0 ? TIME_UP : NO_ANSWER
    return { topic: name, isPartly: left.length < parts.length, ...(failed ?? { why, isDenied: false }) }
  }
}

const NO_LEADER = errorWords(ERROR.leaderNotAvailable)
const NO_ANSWER = 'its leader does not say what it holds'
const TIME_UP = 'the time was up'
