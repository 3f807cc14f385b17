import { describe, expect, it } from 'vitest'
import type { ConnectionOptions } from '../../../src/core/connection.js'
import { parseMqttUrl } from '../../../src/transport/mqtt/mqtt-url.js'
import { SessionPolicy } from '../../../src/transport/mqtt/session-policy.js'
import { textMessage } from '../../support/memory-connection.js'

const WEEK = 7 * 24 * 3600
const url = parseMqttUrl('mqtt://ann:secret@broker')
const will = textMessage('gone')
const options: ConnectionOptions = {
  brokers: [],
  keepalive: 30,
  connectTimeout: 10_000,
  tls: {},
  wait: 0,
  onNotice: () => undefined,
  mqtt: { version: 'auto', will }
}
const policyOf = (more: Partial<ConnectionOptions> = {}) => new SessionPolicy({ ...options, ...more })
const exactlyOnce = [textMessage('a'), textMessage('a', '', { guarantee: 2 })]

describe('a connection without a session', () => {
  it('forgets what an earlier one left, and after a cut resumes its own', () => {
    const policy = policyOf()
    expect(policy.request(url, '5')).toMatchObject({ clean: true, username: 'ann', keepalive: 30, will })
    policy.noteConnected()
    expect(policy.request(url, '5')).toMatchObject({ clean: false })
  })

  it('is soon forgotten by a broker that it does not come back to', () => {
    expect(policyOf().request(url, '5').sessionExpiry).toBeLessThanOrEqual(300)
    expect([policyOf().outlivesConnection, policyOf().hasNamedClient]).toEqual([false, false])
  })

  it('has a name of its own, which every broker accepts', () => {
    const names = Array.from({ length: 100 }, () => policyOf().request(url, '5').clientId)
    expect(new Set(names).size).toBe(100)
    for (const name of names) expect(name).toMatch(/^[0-9a-zA-Z-]{1,23}$/)
  })

  it('leaves nothing behind in a broker of MQTT 3.1.1, whose sessions last for ever', () => {
    const policy = policyOf()
    policy.noteConnected()
    expect(policy.request(url, '3.1.1').clean).toBe(true)
    expect(policy.leavesSession).toBe(false)
  })

  it('keeps a session over MQTT 3.1.1 only for messages of exactly once, and forgets it in the end', () => {
    const policy = policyOf()
    expect(policy.mustKeepSessionFor([textMessage('a')], '3.1.1')).toBe(false)
    expect(policy.mustKeepSessionFor(exactlyOnce, '5')).toBe(false)
    expect(policy.mustKeepSessionFor(exactlyOnce, '3.1.1')).toBe(true)
    policy.keepSession()
    expect(policy.mustKeepSessionFor(exactlyOnce, '3.1.1')).toBe(false)
    expect(policy.request(url, '3.1.1').clean).toBe(false)
    expect(policy.leavesSession).toBe(true)
    expect(policy.forgettingRequest(url, '3.1.1')).toMatchObject({ clean: true, will: undefined })
  })
})

describe('a session that the user has named', () => {
  it('is resumed by the same name from the first connection on, and kept for a week', () => {
    const policy = policyOf({ session: 'billing' })
    expect(policy.request(url, '5')).toMatchObject({
      clientId: 'tidings-billing',
      clean: false,
      sessionExpiry: WEEK
    })
    expect(policy.request(url, '3.1.1').clean).toBe(false)
    expect([policy.outlivesConnection, policy.hasNamedClient]).toEqual([true, true])
  })

  it('belongs to the client identifier, where that was named, too', () => {
    const policy = policyOf({ session: 'billing', clientId: 'me' })
    expect(policy.request(url, '5')).toMatchObject({ clientId: 'me', clean: false })
  })

  it('needs nothing more for exactly once', () => {
    expect(policyOf({ session: 'billing' }).mustKeepSessionFor(exactlyOnce, '3.1.1')).toBe(false)
  })

  it('is looked for without a last will, and leaves nothing of that', () => {
    const policy = policyOf({ session: 'billing' })
    expect(policy.lookingRequest(url, '5')).toMatchObject({
      clientId: 'tidings-billing',
      clean: false,
      sessionExpiry: 0,
      will: undefined
    })
    expect(policy.forgettingRequest(url, '5')).toMatchObject({
      clean: true,
      sessionExpiry: 0,
      will: undefined
    })
  })
})
