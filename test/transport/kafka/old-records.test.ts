import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { BrokerConnection, Subscription } from '../../../src/core/connection.js'
import { connectionOptions, message, Received } from '../../support/connection-options.js'
import { findTool } from '../../support/find-tool.js'
import { isKafkaMissing } from '../../support/kafka-programs.js'
import { compressMessages, encodeMessageSet, type OldMessage } from '../../support/message-set.js'
import { openConnection } from '../../support/open-connection.js'
import { useKafka } from '../../support/use-kafka.js'

const kcat = findTool('kcat', 'kcat')

describe.skipIf(isKafkaMissing || kcat.isLeftOut)('what a Kafka before 0.11 has stored', () => {
  const site = useKafka()
  const connections: BrokerConnection[] = []
  const connect = async () => {
    const connection = await openConnection(connectionOptions(site().url))
    connections.push(connection)
    return connection
  }
  afterEach(async () => {
    await Promise.all(connections.splice(0).map((connection) => connection.close()))
  })

  /**
   * Puts these messages into the log of a topic, in place of as many bytes. No broker of today writes them; it hands out what is stored.
   * @param padded makes the messages with a last one whose value has so many bytes
   */
  async function store(padded: (size: number) => Buffer, count: number): Promise<string> {
    const topic = await site().newTopic(1)
    const connection = await connect()
    const texts = Array.from({ length: count }, (_, index) => `${index}`.padStart(200))
    expect(await connection.publish(texts.map((text) => message(topic, text)))).toMatchObject({ refused: [] })
    const file = join(site().address.logs, `${topic}-0`, '00000000000000000000.log')
    const stored = readFileSync(file).length
    const bytes = padded(stored - padded(0).length)
    expect(bytes).toHaveLength(stored)
    writeFileSync(file, bytes, { flag: 'r+' })
    return topic
  }

  const old = (magic: 0 | 1, offset: number, value: string): OldMessage => ({
    magic,
    offset,
    key: Buffer.from(`k${offset}`),
    value: Buffer.from(value),
    ...(magic === 1 && { timestamp: 1_480_000_000_000 + offset })
  })

  /** Each message as `offset key payload time`, with 0 for no time, as kcat has it. */
  async function read(topic: string, from: Subscription['from']): Promise<string[]> {
    const received = new Received()
    const connection = await connect()
    const wish = { pattern: topic, guarantee: 1 as const, from, untilEnd: true }
    const [grant] = await connection.subscribe([wish], received.take)
    expect(await grant?.end).toBeUndefined()
    return received.messages.map(({ kafka, key, payload, sourceTime = 0 }) =>
      [kafka?.offset, key, Buffer.from(payload ?? []).toString(), sourceTime / 1000].join(' ')
    )
  }

  const readWithKcat = (topic: string): string[] =>
    execFileSync(
      kcat.path,
      ['-C', '-b', site().url.slice('kafka://'.length), '-t', topic, '-e', '-q', '-f', '%o %k %s %T\n'],
      { encoding: 'utf8' }
    )
      .trimEnd()
      .split('\n')

  it.each([0, 1] as const)('is read as kcat reads it, from any offset on: version %i', async (magic) => {
    const topic = await store(
      (size) =>
        encodeMessageSet([
          old(magic, 0, 'alone'),
          compressMessages(
            [1, 2, 3].map((offset) => old(magic, offset, `gzip ${offset}`)),
            1
          ),
          compressMessages(
            [4, 5].map((offset) => old(magic, offset, `snappy ${offset}`)),
            2
          ),
          ...(magic === 0
            ? []
            : [
                compressMessages(
                  [6, 7].map((offset) => old(magic, offset, `lz4 ${offset}`)),
                  3
                )
              ]),
          ...(magic === 0 ? [old(0, 6, 'six'), old(0, 7, 'seven')] : []),
          old(magic, 8, 'x'.repeat(size))
        ]),
      9
    )
    const all = await read(topic, 'beginning')
    expect(all).toHaveLength(9)
    expect(all).toEqual(readWithKcat(topic))
    expect(await read(topic, { offset: 2 })).toEqual(all.slice(2))
    expect(await read(topic, { last: 2 })).toEqual(all.slice(-2))
  })
})
