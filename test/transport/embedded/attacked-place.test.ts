import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/transport/embedded/broker-limits.js'
import { localPlace } from '../../../src/transport/embedded/local-place.js'
import { startBroker } from '../../../src/transport/embedded/start-broker.js'
import { newMessage } from '../../../src/transport/embedded/state/broker-message.js'
import { BrokerState } from '../../../src/transport/embedded/state/broker-state.js'
import { openState } from '../../../src/transport/embedded/state/open-state.js'
import { storeContents } from '../../support/store-contents.js'
import { left, useVersion01 } from '../../support/version-0.1.js'

const { copyOf } = useVersion01()

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-place-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const PLAIN = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0, id: 0 } as const

test('what 0.1 has kept after a conversion that died behind its second step is taken over, too', async () => {
  const place = localPlace({ TIDINGS_HOME: copyOf('waiting') })
  const first = await storeContents(place)
  const second = await storeContents(localPlace({ TIDINGS_HOME: copyOf('broker-state') }))
  // The old store was cleared, and the process died. Then 0.1 was used again.
  renameSync(place.messages, `${place.messages}.whole`)
  rmSync(place.store, { recursive: true })
  cpSync(left('broker-state/store'), place.store, { recursive: true })
  const level = new ClassicLevel(place.store)
  await level.put('taken-over', '')
  await level.close()
  expect((await storeContents(place)).sessions).toEqual({ ...first.sessions, ...second.sessions })
  expect((await storeContents(place)).sessions).toEqual({ ...first.sessions, ...second.sessions })
})

test('of a conversion that died before, nothing counts: 0.1 may have been used in between', async () => {
  const place = localPlace({ TIDINGS_HOME: copyOf('waiting') })
  await storeContents(place)
  const second = await storeContents(localPlace({ TIDINGS_HOME: copyOf('broker-state') }))
  renameSync(place.messages, `${place.messages}.whole`)
  rmSync(place.store, { recursive: true })
  cpSync(left('broker-state/store'), place.store, { recursive: true })
  expect((await storeContents(place)).sessions).toEqual(second.sessions)
})

test('a copy whose messages and old store are gone takes their place', async () => {
  const place = localPlace({ TIDINGS_HOME: copyOf('waiting') })
  const { sessions } = await storeContents(place)
  // The process died before the last step, and somebody moved the old store away.
  renameSync(place.messages, `${place.messages}.whole`)
  rmSync(place.store, { recursive: true })
  expect((await storeContents(place)).sessions).toEqual(sessions)
})

test('a copy that is not whole does not take the place of the messages', async () => {
  const place = localPlace({ TIDINGS_HOME: copyOf('waiting') })
  const { sessions } = await storeContents(place)
  // As a computer without power may leave it, whose disk has the new name and not the bytes.
  mkdirSync(`${place.messages}.whole`)
  expect((await storeContents(place)).sessions).toEqual(sessions)
})

test('a store is read in time that grows with its size, also where messages were acknowledged from the last to the first', {
  timeout: 15_000
}, () => {
  const COUNT = 15_000
  const open = () => openState(folder, { ...DEFAULT_LIMITS }, 100_000_000)
  const { state } = open()
  const session = state.openSession('s', 1000)
  state.subscribe(session, 'a', PLAIN)
  const content = { topic: 'a', payload: Buffer.from('x'), properties: new Uint8Array(0) }
  for (let number = 0; number < COUNT; number++) {
    const message = newMessage(
      { seq: ++state.seq, qos: 1, retain: false, expiresAt: Number.POSITIVE_INFINITY },
      content
    )
    const destinations = state.subscriptions.destinations('a', message, undefined, state.exchanges)
    state.store(message, destinations)
    state.commit()
    for (const { grant } of destinations)
      state.exchanges.sentAtOnce(session, { message, grant }, session.freeId())
  }
  for (const [packetId, { message }] of [...session.inFlight].reverse()) {
    session.inFlight.delete(packetId)
    state.exchanges.done(session, message, packetId)
  }
  state.commit()
  state.changes.journal = undefined
  expect(open().state.queued).toBe(0)
})

test('wills of many clients that are due at once are published in parts, and others are served in between', {
  timeout: 60_000
}, async () => {
  const COUNT = 1000
  const state = new BrokerState(DEFAULT_LIMITS)
  for (let number = 0; number < COUNT; number++) {
    const session = state.openSession(`session ${number}`, 1000)
    state.subscribe(session, 'wills', PLAIN)
    state.setWill(session, {
      topic: 'wills',
      payload: Buffer.from('died'),
      properties: new Uint8Array(0),
      qos: 1,
      retain: false,
      expiry: undefined,
      delay: 1
    })
    state.leave(session, Date.now() - 1000)
  }
  const broker = startBroker({ opened: { state, damage: [] } })
  const seen = new Set<number>()
  while (state.queued < COUNT * COUNT) {
    seen.add(state.queued)
    await new Promise(setImmediate)
  }
  expect(seen.size).toBeGreaterThan(2)
  await broker.stop()
})
