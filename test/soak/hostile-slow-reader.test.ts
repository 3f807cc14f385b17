import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { afterAll, describe, expect, it } from 'vitest'
import { FED_PAYLOAD, startFeedingBroker } from '../support/feeding-broker.js'
import { makeHome, PROGRAM } from '../support/program.js'
import { extent, figure } from './extent.js'

const MB = 1_000_000
const home = makeHome()
afterAll(() => home.remove())

/** Reads a megabyte a second in small pieces for so many seconds, then all that is left as fast as it comes; looks at every line. */
class SlowReader {
  lines = 0
  wrongs = 0
  #partial = Buffer.alloc(0)

  async read(stream: Readable, slowSeconds: number): Promise<void> {
    const began = performance.now()
    let taken = 0
    const due = () => ((performance.now() - began) / 1000) * MB
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      this.#take(chunk)
      taken += chunk.length
      if (performance.now() - began > slowSeconds * 1000) continue
      const ahead = taken - due()
      if (ahead > 0) await new Promise((resolve) => setTimeout(resolve, (ahead / MB) * 1000))
    }
  }

  #take(chunk: Buffer): void {
    const bytes = Buffer.concat([this.#partial, chunk])
    const line = FED_PAYLOAD + 1
    let at = 0
    for (; at + line <= bytes.length; at += line) {
      if (Number(bytes.toString('latin1', at, at + 10)) !== this.lines++ || bytes[at + FED_PAYLOAD] !== 10)
        this.wrongs++
    }
    this.#partial = bytes.subarray(at)
  }
}

/** In bytes; 0 for a process that has just ended: it has no memory any more, and nobody has yet asked for its exit code. */
const peakOf = (pid: number): number => {
  const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(line?.[1] ?? 0) * 1024
}

describe.skipIf(process.platform !== 'linux')('a reader of a megabyte a second, offered all at once', () => {
  it.each([1, 0] as const)('loses nothing and is not disconnected, QoS %i', async (qos) => {
    const messages = extent({ short: 30_000, long: 1_000_000 })
    const keepalive = extent({ short: 1, long: 5 })
    const broker = await startFeedingBroker(messages, qos)
    const args = ['subscribe', 'a', '--raw', '--qos', String(qos), '--count', String(messages)]
    const child = spawn(
      process.execPath,
      [PROGRAM, ...args, '--keepalive', `${keepalive}s`, '--protocol', '5', '-b', broker.url],
      { env: home.env, stdio: ['ignore', 'pipe', 'pipe'] }
    )
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk
    })
    let peak = 0
    const look = setInterval(() => {
      if (child.pid !== undefined && child.exitCode === null) peak = Math.max(peak, peakOf(child.pid))
    }, 200)
    const exited = once(child, 'close')
    const reader = new SlowReader()
    const began = performance.now()
    await reader.read(child.stdout, keepalive * 4)
    const [exitCode] = await exited
    clearInterval(look)
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.not.stringContaining('econnect')
    })
    expect({ lines: reader.lines, wrongs: reader.wrongs }).toEqual({ lines: messages, wrongs: 0 })
    expect(broker.connections).toBe(1)
    if (qos === 1) expect(broker.acknowledged).toBe(messages)
    expect(broker.pings).toBeGreaterThanOrEqual(3)
    expect(peak).toBeGreaterThan(0)
    expect(peak).toBeLessThan(170 * MB)
    figure(
      `QoS ${qos}: ${Math.round((messages * FED_PAYLOAD) / MB)} MB offered, ${keepalive * 4} s at 1 MB/s, then freely: ` +
        `0 lost, 1 connection, ${broker.pings} pings at ${keepalive} s, peak ${Math.round(peak / MB)} MB, ${((performance.now() - began) / 1000).toFixed(1)} s`
    )
    await broker.close()
  })
})
