import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BrokerConnection, PublishReport } from '../../src/core/connection.js'
import type { Guarantee } from '../../src/core/message.js'
import { connectionOptions, message } from '../support/connection-options.js'
import { startCuttingProxy } from '../support/cutting-proxy.js'
import { isMosquittoMissing, type Mosquitto, startMosquitto } from '../support/mosquitto.js'
import { openConnection } from '../support/open-connection.js'
import { WireWitness } from '../support/wire-witness.js'
import { extent, figure } from './extent.js'

const BATCH = 500
const OPEN_BATCHES = 8

let mosquitto: Mosquitto

describe.skipIf(isMosquittoMissing)('a publisher whose connection is cut at random', () => {
  beforeAll(async () => {
    mosquitto = await startMosquitto()
  })
  afterAll(() => mosquitto?.stop())

  it('loses no QoS 1 message, and repeats at most a window per loss, each with DUP', async () => {
    const count = extent({ short: 20_000, long: 600_000, full: 1_000_000 })
    const restarts = extent({ short: 1, long: 6, full: 10 })
    const witness = new WireWitness()
    const proxy = await startCuttingProxy(mosquitto.plain, witness.look)
    const subscriber = await subscribe(count, 1)
    const publisher = await openConnection(connectionOptions(proxy.url, { mqtt: { version: '5' } }))
    const window = publisher.broker.mqtt?.receiveMaximum ?? 1024
    const began = performance.now()
    let nextRestart = 1
    let restarting = Promise.resolve()
    proxy.cutAtRandom(extent({ short: 60, long: 300 }), extent({ short: 5, long: 30, full: 50 }))
    const reports = await publishNumbers(publisher, count, 1, (sent) => {
      if (nextRestart > restarts || sent < (count / (restarts + 1)) * nextRestart) return
      nextRestart++
      restarting = restarting.then(() => mosquitto.restart())
    })
    await restarting
    const seconds = (performance.now() - began) / 1000
    await subscriber.all
    expect(sum(reports)).toEqual({ acknowledged: count, refused: 0, unacknowledged: 0 })
    // At a restart of the broker the subscriber's window is repeated, too.
    expect(subscriber.duplicates).toBeLessThanOrEqual(proxy.cuts * window + restarts * 2 * window)
    expect(proxy.cuts).toBeGreaterThan(0)
    expect(witness.wrongs).toEqual([])
    expect(witness.largestWindow).toBeLessThanOrEqual(window)
    figure(
      `QoS 1: ${count} messages, ${proxy.cuts} cuts, ${restarts} restarts: 0 lost, ${subscriber.duplicates} twice, ` +
        `${witness.repeated} sent again, window ${window}, ${seconds.toFixed(1)} s`
    )
    await close(publisher, subscriber.connection)
    await proxy.close()
  })

  it('blames no QoS 1 message for cuts that come faster than a window is acknowledged', async () => {
    const count = extent({ short: 10_000, long: 30_000, full: 100_000 })
    const proxy = await startCuttingProxy(mosquitto.plain)
    const subscriber = await subscribe(count, 1)
    const publisher = await openConnection(connectionOptions(proxy.url, { mqtt: { version: '3.1.1' } }))
    proxy.cutAtRandom(30, extent({ short: 20, long: 50, full: 150 }))
    const reports = await publishNumbers(publisher, count, 1)
    await subscriber.all
    expect(sum(reports)).toEqual({ acknowledged: count, refused: 0, unacknowledged: 0 })
    expect(proxy.cuts).toBeGreaterThan(0)
    figure(`QoS 1, MQTT 3.1.1: ${count} messages, ${proxy.cuts} cuts, 30 ms apart: 0 lost, 0 blamed`)
    await close(publisher, subscriber.connection)
    await proxy.close()
  })

  it.each(['5', '3.1.1'] as const)(
    'delivers each QoS 2 message exactly once over MQTT %s',
    async (protocol) => {
      const count = extent({ short: 3000, long: 50_000, full: 100_000 })
      const witness = new WireWitness()
      const proxy = await startCuttingProxy(mosquitto.plain, witness.look)
      const subscriber = await subscribe(count, 2)
      const publisher = await openConnection(connectionOptions(proxy.url, { mqtt: { version: protocol } }))
      const began = performance.now()
      proxy.cutAtRandom(extent({ short: 60, long: 150 }), extent({ short: 5, long: 30, full: 50 }))
      const reports = await publishNumbers(publisher, count, 2)
      const seconds = (performance.now() - began) / 1000
      await subscriber.all
      expect(sum(reports)).toEqual({ acknowledged: count, refused: 0, unacknowledged: 0 })
      expect(subscriber.duplicates).toBe(0)
      expect(proxy.cuts).toBeGreaterThan(0)
      expect(witness.wrongs).toEqual([])
      expect(witness.largestWindow).toBeLessThanOrEqual(20)
      figure(
        `QoS 2, MQTT ${protocol}: ${count} messages, ${proxy.cuts} cuts: 0 lost, 0 twice, ` +
          `${witness.repeated} sent again, largest window ${witness.largestWindow}, ${seconds.toFixed(1)} s`
      )
      await close(publisher, subscriber.connection)
      await proxy.close()
    }
  )
})

async function publishNumbers(
  connection: BrokerConnection,
  count: number,
  qos: Guarantee,
  onSent: (sent: number) => void = () => {}
): Promise<PublishReport[]> {
  const reports: Promise<PublishReport>[] = []
  for (let from = 0; from < count; from += BATCH) {
    if (reports.length >= OPEN_BATCHES) await reports[reports.length - OPEN_BATCHES]
    const size = Math.min(BATCH, count - from)
    reports.push(
      connection.publish(Array.from({ length: size }, (_, i) => message('soak', `${from + i}`, qos)))
    )
    onSent(from)
  }
  return Promise.all(reports)
}

/** Sees every number that arrives, straight from the broker; its session outlives restarts of the broker. */
async function subscribe(count: number, qos: Guarantee) {
  const connection = await openConnection(
    connectionOptions(mosquitto.plain, { session: `witness${qos}`, mqtt: { version: '5' } })
  )
  const times = new Uint8Array(count)
  const witness = { connection, duplicates: 0, all: Promise.resolve() }
  let seen = 0
  witness.all = new Promise((resolve) => {
    void connection.subscribe([{ pattern: 'soak', guarantee: qos }], (batch) => {
      for (const { payload } of batch) {
        const number = Number(Buffer.from(payload ?? []).toString('latin1'))
        if (times[number] === 0) seen++
        else witness.duplicates++
        times[number] = 1
      }
      if (seen === count) resolve()
    })
  })
  return witness
}

function sum(reports: readonly PublishReport[]) {
  const total = { acknowledged: 0, refused: 0, unacknowledged: 0 }
  for (const { acknowledged, refused, unacknowledged } of reports) {
    total.acknowledged += acknowledged
    total.refused += refused.length
    total.unacknowledged += unacknowledged
  }
  return total
}

async function close(...connections: BrokerConnection[]): Promise<void> {
  for (const connection of connections) await connection.close()
}
