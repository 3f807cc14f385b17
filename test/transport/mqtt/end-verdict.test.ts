import { describe, expect, it } from 'vitest'
import { type ConnectionOwner, EndVerdict } from '../../../src/transport/mqtt/end-verdict.js'
import type { NetworkEnd } from '../../../src/transport/mqtt/network-connection.js'
import { REASON } from '../../../src/transport/mqtt/reason-codes.js'

const OWNER: ConnectionOwner = {
  url: 'mqtt://memory',
  clientId: 'me',
  isNamed: true,
  isDurable: false,
  version: '5',
  hasOtherBrokers: false,
  suspectsMessage: false
}
const closed = (lasted = 100, exchanged = 0): NetworkEnd => ({
  kind: 'closed',
  reason: 'closed',
  lasted,
  exchanged
})
const disconnect = (reasonCode: number, lasted = 100): NetworkEnd => ({
  kind: 'disconnect',
  reason: 'said so',
  packet: { cmd: 'disconnect', reasonCode },
  lasted,
  exchanged: 0
})

/** The codes of the verdicts on ends that follow one another. */
const judge = (owner: Partial<ConnectionOwner>, ...ends: NetworkEnd[]) => {
  const verdict = new EndVerdict()
  return ends.map((end) => verdict.judge(end, { ...OWNER, ...owner })?.code)
}
const times = (count: number, end: NetworkEnd) => Array.from({ length: count }, () => end)

describe('a connection is renewed', () => {
  it.each([
    ['that the network has cut', {}, { ...closed(), kind: 'network' }],
    ['under a name of its own, that the broker has closed without a word', { isNamed: false }, closed()],
    ['to a broker that shuts down', {}, disconnect(REASON.serverShuttingDown)],
    [
      'to another broker, where this one has moved',
      { hasOtherBrokers: true },
      disconnect(REASON.serverMoved)
    ],
    [
      'while a message is suspected that was too large',
      { suspectsMessage: true },
      disconnect(REASON.packetTooLarge)
    ]
  ] as const)('%s', (_which, owner, end) => {
    expect(judge(owner, ...times(20, end))).toEqual(times(20, end).map(() => undefined))
  })
})

describe('a connection has ended for good', () => {
  it.each([
    [REASON.notAuthorized, 'not-authorized'],
    [REASON.packetTooLarge, 'packet-too-large'],
    [REASON.serverMoved, 'server-moved'],
    [REASON.sessionTakenOver, 'session-taken-over']
  ])('when the broker says 0x%x', (reasonCode, code) => {
    expect(judge({}, disconnect(reasonCode))).toEqual([code])
  })

  it('when the broker says five times in a row that we break the protocol', () => {
    expect(judge({}, ...times(5, disconnect(REASON.protocolError))).at(-1)).toBe('protocol-error')
    expect(judge({}, ...times(4, disconnect(REASON.protocolError)))).not.toContain('protocol-error')
  })

  it('not when a connection that worked came between', () => {
    const ends = [
      ...times(4, disconnect(REASON.protocolError)),
      closed(5000),
      ...times(4, disconnect(REASON.protocolError))
    ]
    expect(judge({}, ...ends)).toEqual(ends.map(() => undefined))
  })

  it('when a broker sends us away five times in a row', () => {
    expect(judge({}, ...times(5, disconnect(REASON.useAnotherServer))).at(-1)).toBe('use-another-server')
  })
})

describe.each(['3.1.1', '5'] as const)('two clients of one name that take turns over MQTT %s', (version) => {
  const owner = { version }

  it('are noticed after three short connections on which nothing happened', () => {
    expect(judge(owner, ...times(3, closed()))).toEqual([undefined, undefined, 'session-taken-over'])
  })

  it('are noticed after thirty on which messages went', () => {
    expect(judge(owner, ...times(30, closed(100, 5))).indexOf('session-taken-over')).toBe(29)
  })

  it.each([
    ['a name that we made up', { ...owner, isNamed: false }],
    ['a message that is suspected', { ...owner, suspectsMessage: true }]
  ] as const)('are not suspected with %s', (_what, more) => {
    expect(judge(more, ...times(3, closed()))).toEqual([undefined, undefined, undefined])
  })

  it('are not suspected where connections last', () => {
    expect(judge(owner, closed(), closed(), closed(5000), closed(), closed())).not.toContain(
      'session-taken-over'
    )
  })
})
