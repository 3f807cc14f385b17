import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../../../src/transport/embedded/broker-limits.js'
import { newMessage } from '../../../../src/transport/embedded/state/broker-message.js'
import type { BrokerState } from '../../../../src/transport/embedded/state/broker-state.js'
import { type OpenedState, openState } from '../../../../src/transport/embedded/state/open-state.js'
import type { Qos } from '../../../../src/transport/embedded/store/facts.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-state-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** So small that a few messages fill a segment. */
const SEGMENT = 600
const NEVER = 0xffffffff

const open = (path = folder): OpenedState => openState(path, DEFAULT_LIMITS, SEGMENT)

function publish(state: BrokerState, topic: string, payload: string, qos: Qos = 1, retain = false): void {
  const content = { topic, payload: Buffer.from(payload), properties: new Uint8Array(0) }
  const message = newMessage({ seq: ++state.seq, qos, retain, expiresAt: Number.POSITIVE_INFINITY }, content)
  const destinations = state.subscriptions.destinations(topic, message, undefined, state.exchanges)
  state.store(message, destinations)
  if (!state.commit()) throw new Error('not stored')
  if (retain) state.retain(message)
  for (const { session, grant } of destinations)
    if (grant.qos > 0) state.exchanges.enqueue(session, message, grant)
  state.messages.settle(message)
  state.renew()
}

function subscriber(state: BrokerState, id: string, filter = '#', qos: Qos = 2): void {
  const session = state.openSession(id, NEVER)
  state.subscribe(session, filter, { qos, noLocal: false, retainAsPublished: true, retainHandling: 0, id: 3 })
  state.commit()
}

/** Everything that a broker with this state would do for its clients. */
function described(state: BrokerState) {
  const text = (message: Parameters<BrokerState['messages']['contentOf']>[0]) => {
    const content = state.messages.contentOf(message)
    return content && `${content.topic} ${Buffer.from(content.payload).toString()}`
  }
  const sessions = [...state.sessions.values()].map(
    ({ id, expiry, subscriptions, queue, inFlight, incoming }) => ({
      id,
      expiry,
      subscriptions: [...subscriptions],
      queue: [...queue].map(({ message, grant }) => [text(message), grant]),
      inFlight: [...inFlight].map(([packetId, { message, grant, released }]) => [
        packetId,
        text(message),
        grant,
        released
      ]),
      incoming: [...incoming].sort()
    })
  )
  const retained = [...state.retained.entries()].map(([topic, message]) => [topic, text(message)])
  return {
    sessions: sessions.sort((a, b) => a.id.localeCompare(b.id)),
    retained: retained.sort()
  }
}

const payloads = (state: BrokerState, id: string): (string | undefined)[] =>
  described(state)
    .sessions.find((session) => session.id === id)
    ?.queue.map(([text]) => String(text).replace(/^a /, '')) ?? []

const openFiles = () => readdirSync('/proc/self/fd').length

type Step = (state: BrokerState) => void

const someone = fc.constantFrom('ada', 'bob', 'eve')
const filter = fc.constantFrom('a', 'b', '+', '#', 'c/+')
const topic = fc.constantFrom('a', 'b', 'c/d')
const qos = fc.constantFrom<Qos>(0, 1, 2)
const packetId = fc.integer({ min: 1, max: 4 })
const ofSession = (who: fc.Arbitrary<string>, step: (state: BrokerState, id: string) => void) =>
  who.map(
    (id): Step =>
      (state) =>
        step(state, id)
  )

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  someone.map(
    (id): Step =>
      (state) =>
        void state.openSession(id, NEVER)
  ),
  fc.tuple(someone, filter, qos).map(
    ([id, one, granted]): Step =>
      (state) => {
        if (state.sessions.has(id)) subscriber(state, id, one, granted)
      }
  ),
  fc.tuple(someone, filter).map(
    ([id, one]): Step =>
      (state) => {
        const session = state.sessions.get(id)
        if (session !== undefined) state.unsubscribe(session, one)
      }
  ),
  {
    weight: 5,
    arbitrary: fc.tuple(topic, fc.string({ maxLength: 40 }), qos, fc.boolean()).map(
      ([name, payload, sent, retain]): Step =>
        (state) =>
          publish(state, name, payload, sent, retain)
    )
  },
  {
    weight: 3,
    arbitrary: ofSession(someone, (state, id) => {
      const session = state.sessions.get(id)
      const delivery = session?.queue.shift()
      if (session !== undefined && delivery !== undefined)
        state.exchanges.sent(session, delivery, session.freeId())
    })
  },
  ofSession(someone, (state, id) => {
    const session = state.sessions.get(id)
    const [first] = session?.inFlight ?? []
    if (session !== undefined && first?.[1].grant.qos === 2) state.exchanges.released(session, ...first)
  }),
  {
    weight: 2,
    arbitrary: ofSession(someone, (state, id) => {
      const session = state.sessions.get(id)
      const [first] = session?.inFlight ?? []
      if (session === undefined || first === undefined) return
      session.inFlight.delete(first[0])
      state.exchanges.done(session, first[1].message, first[0])
    })
  },
  fc.tuple(someone, packetId).map(
    ([id, received]): Step =>
      (state) => {
        const session = state.sessions.get(id)
        if (session !== undefined) state.exchanges.received(session, received)
      }
  ),
  fc.tuple(someone, packetId).map(
    ([id, freed]): Step =>
      (state) => {
        const session = state.sessions.get(id)
        if (session !== undefined) state.exchanges.freed(session, freed)
      }
  ),
  ofSession(someone, (state, id) => {
    const session = state.sessions.get(id)
    if (session !== undefined) state.endSession(session)
  })
)

describe('what was written', () => {
  test('is there after the process has died at any moment, whatever happened before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(anyStep, { maxLength: 15 }), { maxLength: 5 }),
        fc.boolean(),
        (lives, orderly) => {
          const path = mkdtempSync(join(folder, 'life-'))
          let { state } = open(path)
          for (const steps of lives) {
            for (const step of steps) {
              step(state)
              expect(state.commit()).toBe(true)
            }
            const before = described(state)
            if (orderly) state.close()
            const opened = open(path)
            expect(opened.damage).toEqual([])
            state = opened.state
            expect(described(state)).toEqual(before)
          }
        }
      ),
      { numRuns: 300 }
    )
  })

  test('is not called damaged where the process has died while it made the store', () => {
    const { state } = open()
    state.openSession('ada', NEVER)
    rmSync(join(folder, 'end'))
    const bytes = readFileSync(newestSegment())
    for (let length = 0; length <= bytes.length; length++) {
      const path = mkdtempSync(join(folder, 'unborn-'))
      writeFileSync(join(path, '00000001.segment'), bytes.subarray(0, length))
      const opened = open(path)
      expect(opened.damage).toEqual([])
      subscriber(opened.state, 'bob')
      expect([...open(path).state.sessions.keys()]).toEqual(['bob'])
    }
  })

  test.runIf(process.platform === 'linux')('is read from many files, of which few are open at once', () => {
    const { state } = open()
    subscriber(state, 'ada')
    const texts = Array.from({ length: 60 }, (_, n) => `${n}`.padEnd(5000, '.'))
    for (const text of texts) publish(state, 'a', text)
    expect(readdirSync(folder).length).toBeGreaterThan(40)
    const again = open().state
    const before = openFiles()
    expect(payloads(again, 'ada')).toEqual(texts)
    expect(openFiles() - before).toBeLessThan(20)
    again.close()
    expect(openFiles()).toBeLessThanOrEqual(before)
  })

  test('takes no more room than what is still needed', () => {
    const { state } = open()
    subscriber(state, 'ada')
    const session = state.sessions.get('ada')
    for (let n = 0; n < 500; n++) {
      publish(state, 'a', `${n}`)
      const delivery = session?.queue.shift()
      // One in a hundred stays: its segment is emptied into a newer one.
      if (session !== undefined && delivery !== undefined && n % 100 > 0)
        state.exchanges.done(session, delivery.message, 0)
      else if (session !== undefined && delivery !== undefined) state.exchanges.sent(session, delivery, n + 1)
    }
    state.commit()
    expect(readdirSync(folder).length).toBeLessThan(12)
    const kept = described(open().state).sessions[0]?.inFlight.map(([, text]) => text)
    expect(kept).toEqual(['a 0', 'a 100', 'a 200', 'a 300', 'a 400'])
  })

  test('of a message that was being written when the process died, nothing is there, and nothing is called damaged', () => {
    const { state } = open()
    subscriber(state, 'ada')
    publish(state, 'a', 'first')
    const file = newestSegment()
    writeFileSync(file, Buffer.concat([readFileSync(file), readFileSync(file).subarray(20, 45)]))
    const opened = open()
    expect([opened.damage, payloads(opened.state, 'ada')]).toEqual([[], ['first']])
    publish(opened.state, 'a', 'second')
    expect(payloads(open().state, 'ada')).toEqual(['first', 'second'])
  })
})

const segmentFiles = (): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.segment'))
    .sort()
const newestSegment = (): string => join(folder, segmentFiles().at(-1) ?? '')

/** Twenty messages for one session, over several segments. */
function twenty(): void {
  const { state } = open()
  subscriber(state, 'ada')
  for (let n = 0; n < 20; n++) publish(state, 'a', `${n}`.padStart(30, '-'))
  state.commit()
}

describe('damage', () => {
  test('of any one byte changes no message: it is delivered as it was or told as lost', () => {
    twenty()
    const all = Array.from({ length: 20 }, (_, n) => `${n}`.padStart(30, '-'))
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (which, where, change) => {
        const path = mkdtempSync(join(folder, 'damaged-'))
        for (const name of readdirSync(folder))
          if (!name.startsWith('damaged')) copyFileSync(join(folder, name), join(path, name))
        const files = readdirSync(path)
        const file = join(path, files[which % files.length] ?? '')
        const bytes = readFileSync(file)
        const at = where % bytes.length
        bytes[at] = (bytes[at] ?? 0) ^ change
        writeFileSync(file, bytes)
        const { state, damage } = open(path)
        const found = payloads(state, 'ada')
        const whole = found.filter((payload) => payload !== 'undefined')
        expect(all).toEqual(expect.arrayContaining(whole))
        expect([...whole].sort()).toEqual([...new Set(whole)].sort())
        // What is missing is told at the start or when it is read.
        if (whole.length < 20) expect(damage.length + state.messages.unreadable.size).toBeGreaterThan(0)
        // One byte is in one record.
        expect(whole.length).toBeGreaterThanOrEqual(19)
        rmSync(path, { recursive: true })
      }),
      { numRuns: 400 }
    )
  })

  test('is told where a segment is cut, and with how many messages', () => {
    twenty()
    const file = newestSegment()
    truncateSync(file, readFileSync(file).length - 10)
    const { damage } = open()
    expect(damage).toEqual([{ what: `"${file}" ends too early`, messages: 1 }])
  })

  test('is told at the start where an older segment is cut', () => {
    twenty()
    const file = join(folder, segmentFiles()[0] ?? '')
    truncateSync(file, readFileSync(file).length - 10)
    const { state, damage } = open()
    expect(damage).toEqual([{ what: 'files are missing or end too early', messages: 1 }])
    expect(payloads(state, 'ada').length).toBe(19)
  })

  test('is told where segments are gone, and the store goes on', () => {
    twenty()
    const [first] = segmentFiles()
    rmSync(join(folder, first ?? ''))
    const { state, damage } = open()
    expect(damage.length).toBeGreaterThan(0)
    expect(payloads(state, 'ada')).not.toContain('undefined')
    publish(state, 'a', 'next')
    const again = open()
    expect(again.damage).toEqual([])
    expect(payloads(again.state, 'ada').at(-1)).toBe('next')
  })

  test('is told where everything is gone but the file that says how far it went', () => {
    twenty()
    for (const name of segmentFiles()) rmSync(join(folder, name))
    const { state, damage } = open()
    expect(damage).toEqual([{ what: `all of it is missing from "${folder}"` }])
    subscriber(state, 'ada')
    publish(state, 'a', 'next')
    expect(payloads(open().state, 'ada')).toEqual(['next'])
  })
})

test('a folder that is not there is made, for its owner only', () => {
  const path = join(folder, 'new')
  mkdirSync(folder, { recursive: true })
  expect(open(path).damage).toEqual([])
})
