import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type KafkaNode, startKafkaNode } from '../support/kafka-node.js'
import { isKafkaMissing } from '../support/kafka-programs.js'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'
import { KafkaSite } from '../support/use-kafka.js'
import { extent, figure } from './extent.js'

const TOPICS = extent({ short: 200, long: 2000, full: 10_000 })
const PARTITIONS = extent({ short: 50, long: 500, full: 1000 })
const MESSAGES = extent({ short: 5000, long: 50_000, full: 200_000 })
/** Kilobytes. */
const MOST_MEMORY = 300 * 1024

/** Kilobytes that a running process of Linux has used at most; undefined elsewhere, and once it has ended. */
function peakOf(pid: number | undefined): number | undefined {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return undefined
  }
}

describe.skipIf(isKafkaMissing)('many topics and partitions of Kafka', () => {
  const home = makeHome()
  let node: KafkaNode
  let site: KafkaSite
  beforeAll(async () => {
    node = await startKafkaNode([], 1500)
    site = new KafkaSite(node.address)
    await site.connect()
  }, 120_000)
  afterAll(async () => {
    await site?.disconnect()
    await node?.stop()
    home.remove()
  }, 120_000)

  const publish = async (lines: readonly object[]) => {
    const stdin = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    const { exitCode, stderr } = await runProgram(['publish', '--json', '-b', site.url], {
      env: home.env,
      stdin
    })
    expect(exitCode, stderr).toBe(0)
  }

  it('are listed and looked at', async () => {
    const topics = Array.from({ length: TOPICS }, (_, index) => `many.${index}`)
    for (let at = 0; at < TOPICS; at += 500) await site.createTopics(topics.slice(at, at + 500))
    for (const n of [1, 2, 3]) await publish(topics.map((channel) => ({ channel, payload: { n } })))
    const program = new RunningProgram(['channels', '--json', '-b', site.url], home.env)
    let peak: number | undefined
    program.child.stdout.on('data', () => {
      peak = peakOf(program.child.pid) ?? peak
    })
    const { exitCode, stdout, stderr } = await program.exited
    expect(exitCode, stderr).toBe(0)
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines).toHaveLength(TOPICS)
    // A look has a bound in time, which a slow machine may reach.
    const seen = stderr.includes('were not looked at') ? {} : { count: 3, kinds: ['json'] }
    for (const line of lines) expect(line).toMatchObject({ messages: 3, ...seen })
    if (peak !== undefined) expect(peak).toBeLessThan(MOST_MEMORY)
    figure(`${TOPICS} topics: ${stderr.trim()}, ${peak} kB`)
  })

  it('are read in the order of their times', async () => {
    const topic = await site.newTopic(PARTITIONS)
    const start = Date.UTC(2025, 0, 1)
    await publish(
      Array.from({ length: MESSAGES }, (_, index) => ({
        channel: topic,
        payload: index,
        sourceTime: new Date(start + index).toISOString(),
        kafka: { partition: (index * 7) % PARTITIONS }
      }))
    )
    const args = ['subscribe', topic, '--raw', '--from', 'beginning', '--until-end', '-b', site.url]
    const program = new RunningProgram(args, home.env)
    let peak: number | undefined
    program.child.stdout.on('data', () => {
      peak = peakOf(program.child.pid) ?? peak
    })
    const { exitCode, stdout, stderr } = await program.exited
    expect(exitCode, stderr).toBe(0)
    const seen = stdout.trimEnd().split('\n').map(Number)
    expect(seen).toEqual(Array.from({ length: MESSAGES }, (_, index) => index))
    if (peak !== undefined) expect(peak).toBeLessThan(MOST_MEMORY)
    figure(`${PARTITIONS} partitions: ${stderr.trim().split('\n').at(-1)}, ${peak} kB`)
  })
})
