import { describe, expect, it } from 'vitest'
import type { ConnectionNotice } from '../../../src/core/connection.js'
import { TidingsError } from '../../../src/core/errors.js'
import type { BrokerUrl } from '../../../src/transport/broker-url.js'
import { BrokerRotation } from '../../../src/transport/connecting/broker-rotation.js'
import { AttemptError, MOVED, nameFailedAttempt } from '../../../src/transport/connecting/connect-failure.js'

const [a, b, c] = ['a', 'b', 'c'].map((host): BrokerUrl => {
  return { scheme: 'inv', socket: 'tcp', host, port: 1, path: '' }
}) as [BrokerUrl, BrokerUrl, BrokerUrl]

const advice = {
  wrongProtocol: 'not-invented',
  notListening: 'start it',
  httpServer: 'it is HTTP',
  wrongPort: 'check the port',
  sockets: new Map()
}

/** Brokers, of which some answer; what was tried and told is written down. */
function rotationOf(brokers: readonly BrokerUrl[], failures = new Map<BrokerUrl, unknown>()) {
  const tried: string[] = []
  const notices: ConnectionNotice[] = []
  const rotation = new BrokerRotation({
    brokers,
    failureOf: (url, error) => nameFailedAttempt(url, error, advice),
    onNotice: (notice) => notices.push(notice)
  })
  const open = async (url: BrokerUrl) => {
    tried.push(url.host)
    const failure = failures.get(url)
    if (failure !== undefined) throw failure
    return url.host
  }
  const connect = (signal = new AbortController().signal) => rotation.connect(open, signal)
  return { rotation, tried, notices, failures, connect }
}

const closed = new AttemptError('closed', 'it closed the connection')

describe('several brokers', () => {
  it('are tried in order, each once, and the one that answered comes first the next time', async () => {
    const { connect, tried, notices } = rotationOf([a, b, c], new Map([[a, closed]]))
    expect([await connect(), await connect()]).toEqual(['b', 'b'])
    expect(tried).toEqual(['a', 'b', 'b'])
    expect(notices).toEqual([
      {
        kind: 'failover',
        text: 'cannot connect to "inv://a:1": it closed the connection; trying "inv://b:1"'
      }
    ])
  })

  it('that all fail are one failure, with the code of one that another attempt may mend', async () => {
    const untrusted = new TidingsError('connect', 'not trusted', { code: 'tls-untrusted' })
    const { connect, rotation } = rotationOf(
      [a, b],
      new Map<BrokerUrl, unknown>([
        [a, untrusted],
        [b, closed]
      ])
    )
    const failure = await connect().catch((error: unknown) => error)
    expect(failure).toMatchObject({
      kind: 'connect',
      code: 'connection-closed',
      message: 'not trusted; cannot connect to "inv://b:1": it closed the connection',
      suggestion: 'check the port'
    })
    expect(rotation.lastFailure).toMatchObject({ code: 'connection-closed' })
  })

  it('are not tried further once one refuses', async () => {
    const refused = new TidingsError('refused', 'no', { code: 'bad-credentials' })
    const { connect, tried } = rotationOf([a, b], new Map([[a, refused]]))
    await expect(connect()).rejects.toBe(refused)
    expect(tried).toEqual(['a'])
  })

  it('lose the one that has moved for good', async () => {
    const moved = new TidingsError('connect', 'it has moved', { code: MOVED })
    const { connect, tried, failures } = rotationOf([a, b], new Map([[a, moved]]))
    await connect()
    failures.set(b, closed)
    await connect().catch(() => {})
    expect(tried).toEqual(['a', 'b', 'b'])
  })

  it('are left in peace once the caller has stopped', async () => {
    const stop = new AbortController()
    const { connect, tried } = rotationOf([a, b], new Map([[a, closed]]))
    stop.abort(new Error('enough'))
    await expect(connect(stop.signal)).rejects.toThrow('enough')
    expect(tried).toEqual(['a'])
  })

  it('keep a bug a bug', async () => {
    const { connect } = rotationOf([a], new Map([[a, new TypeError('x is undefined')]]))
    await expect(connect()).rejects.toThrow(TypeError)
  })
})

it('a failure of the system has a reason, and the next step that the protocol suggests', () => {
  const failure = (code: string) => nameFailedAttempt(a, Object.assign(new Error('system'), { code }), advice)
  expect(failure('ECONNREFUSED')).toMatchObject({ code: 'connection-refused', suggestion: 'start it' })
  expect(failure('ECONNRESET')).toMatchObject({ code: 'connection-closed', suggestion: 'check the port' })
  expect(
    nameFailedAttempt(a, new AttemptError('wrong-protocol', 'the answer is not ours'), advice)
  ).toMatchObject({
    code: 'not-invented',
    message: 'cannot connect to "inv://a:1": the answer is not ours'
  })
})
