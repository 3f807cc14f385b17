import type { Content, Fact, Place, Queued } from '../store/facts.js'
import type { Checkpoint } from '../store/journal.js'
import type { BrokerMessage } from './broker-message.js'
import type { BrokerState } from './broker-state.js'
import type { DeliveryQueue } from './delivery-queue.js'
import type { Session } from './session.js'

/** A segment of which less than this part is needed gives its messages to the next segment. */
const SPARSE = 0.25
/** What waits for a session is divided: damage costs one part. */
const ENTRIES = 500
/** Bytes that are moved at once, at most. */
const MOVED = 8 * 1024 * 1024

/** What a new segment of the journal says first: everything that is true, so that older segments hold nothing but messages. */
export function checkpointOf(
  state: BrokerState,
  segmentSize: number,
  removeSegment: (segment: number) => void
): Checkpoint {
  let moved: [message: BrokerMessage, place: Place][] = []

  function* facts(segment: number): Generator<Fact, void, Place> {
    moved = []
    let count = 0
    const sparse = sparseSegments(state, segment, segmentSize)
    const needed = [...state.messages.needed]
      .filter(([, { messages }]) => messages > 0)
      .map(([number]) => number)
    yield { kind: 'checkpoint', seq: state.seq, segments: needed, segment }
    count++
    for (const message of messagesOf(state)) {
      const { seq, qos, retain, expiresAt, size, place } = message
      // What could not be written before is nowhere else.
      const isToMove = place === undefined || sparse.has(place.segment)
      const content = isToMove ? contentToMove(state, message) : undefined
      if (content === undefined) {
        if (place === undefined) continue
        yield { kind: 'located', seq, qos, retain, expiresAt, size, place }
      } else {
        const { topic, properties, payload } = content
        const to = yield {
          kind: 'message',
          seq,
          qos,
          retain: false,
          expiresAt,
          topic,
          properties,
          payload,
          recipients: []
        }
        moved.push([message, to])
      }
      count++
    }
    for (const fact of stateFacts(state)) {
      yield fact
      count++
    }
    yield { kind: 'checkpoint-end', facts: count }
  }

  return {
    facts,
    done(segment) {
      for (const [message, place] of moved) state.messages.move(message, place)
      moved = []
      for (const [number, { messages }] of state.messages.needed) {
        // The segment before the newest stands in where the newest one's checkpoint is damaged.
        if (messages > 0 || number >= segment - 1) continue
        state.messages.needed.delete(number)
        removeSegment(number)
      }
      state.messages.needed.set(segment, state.messages.needed.get(segment) ?? { messages: 0, bytes: 0 })
    }
  }
}

/** What the system cannot read now stays where it is. */
function contentToMove(state: BrokerState, message: BrokerMessage): Content | undefined {
  try {
    return state.messages.contentOf(message)
  } catch {
    return undefined
  }
}

/** Each message once. */
function* messagesOf(state: BrokerState): Generator<BrokerMessage> {
  const seen = new Set<number>()
  for (const [, message] of state.retained.entries()) {
    seen.add(message.seq)
    yield message
  }
  for (const session of state.sessions.values()) {
    if (session.no === 0) continue
    for (const { message, grant } of session.deliveries()) {
      if (grant.qos === 0) continue
      if (seen.has(message.seq)) continue
      seen.add(message.seq)
      yield message
    }
  }
}

function* stateFacts(state: BrokerState): Generator<Fact> {
  for (const [topic, { seq }] of state.retained.entries()) yield { kind: 'retained', topic, seq }
  for (const {
    no,
    id,
    expiry,
    leftAt,
    subscriptions,
    incoming,
    inFlight,
    queue,
    will
  } of state.sessions.values()) {
    if (no === 0) continue
    yield { kind: 'session', no, id, expiry, leftAt }
    if (will !== undefined) yield { kind: 'will', no, will }
    for (const [filter, subscription] of subscriptions)
      yield { kind: 'subscription', no, filter, subscription }
    for (const packetId of incoming) yield { kind: 'received', no, packetId }
    let entries: Queued[] = []
    for (const entry of queuedFacts(inFlight, queue)) {
      entries.push(entry)
      if (entries.length < ENTRIES) continue
      yield { kind: 'queue', no, entries }
      entries = []
    }
    if (entries.length > 0) yield { kind: 'queue', no, entries }
  }
}

function* queuedFacts(inFlight: Session['inFlight'], queue: DeliveryQueue): Generator<Queued> {
  for (const [packetId, { message, grant, released }] of inFlight) {
    yield { ...grant, seq: message.seq, packetId, released }
  }
  for (const { message, grant } of queue) {
    if (grant.qos > 0) yield { ...grant, seq: message.seq, packetId: 0, released: false }
  }
}

/** The segments whose messages are worth moving: the emptiest ones first, within bounds. */
function sparseSegments(state: BrokerState, next: number, segmentSize: number): ReadonlySet<number> {
  const sparse = new Set<number>()
  let room = MOVED
  for (const [number, { messages, bytes }] of [...state.messages.needed].sort(
    ([, a], [, b]) => a.bytes - b.bytes
  )) {
    if (messages === 0 || number >= next - 1 || bytes > segmentSize * SPARSE || bytes > room) continue
    room -= bytes
    sparse.add(number)
  }
  return sparse
}
