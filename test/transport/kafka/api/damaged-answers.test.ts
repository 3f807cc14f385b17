import { expect, it } from 'vitest'
import type { Api } from '../../../../src/transport/kafka/api/api.js'
import { apiVersions } from '../../../../src/transport/kafka/api/api-versions.js'
import { describeConfigs } from '../../../../src/transport/kafka/api/describe-configs.js'
import { describeGroups } from '../../../../src/transport/kafka/api/describe-groups.js'
import { fetch } from '../../../../src/transport/kafka/api/fetch.js'
import { findCoordinator } from '../../../../src/transport/kafka/api/find-coordinator.js'
import { joinGroup, syncGroup } from '../../../../src/transport/kafka/api/group-membership.js'
import { offsetCommit, offsetFetch } from '../../../../src/transport/kafka/api/group-offsets.js'
import { listOffsets } from '../../../../src/transport/kafka/api/list-offsets.js'
import { metadata } from '../../../../src/transport/kafka/api/metadata.js'
import { produce } from '../../../../src/transport/kafka/api/produce.js'
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription
} from '../../../../src/transport/kafka/group-messages.js'
import { FIELD, HEADER_SIZE, LENGTH_END } from '../../../../src/transport/kafka/records/batch-format.js'
import { BadRecordsError, BatchWalk } from '../../../../src/transport/kafka/records/read-batches.js'
import { RecordBatch } from '../../../../src/transport/kafka/records/record-batch.js'
import { ResponseFrames } from '../../../../src/transport/kafka/response-frames.js'
import { KafkaReader } from '../../../../src/transport/kafka/wire/kafka-reader.js'
import { KafkaWriter } from '../../../../src/transport/kafka/wire/kafka-writer.js'
import { crc32c } from '../../../../src/transport/wire/crc-32c.js'
import { mutate } from '../../../support/mutation.js'
import { numbersFrom } from '../../../support/seeded-random.js'

const RUNS = 100_000
const SEED = 20_261_129

const PARTITIONS = [
  { topic: 'orders', partition: 0 },
  { topic: 'orders', partition: 7 },
  { topic: 'users', partition: 1 }
]

function bytesOf(write: (to: KafkaWriter) => void): Buffer {
  const to = new KafkaWriter(64)
  write(to)
  return Buffer.concat(to.parts)
}

function sampleBatch(): Buffer {
  const batch = new RecordBatch(64)
  for (let at = 0; at < 5; at++)
    batch.append(
      { key: `key ${at}`, payload: at === 3 ? null : Buffer.from(`{"n":${at}}`) },
      [
        ['name', 'value'],
        ['content-type', 'application/json']
      ],
      1_700_000_000_000 + at
    )
  return batch.seal()
}

interface Sample {
  readonly bytes: Buffer
  read(bytes: Buffer): unknown
}

const answerOf = <Response>(
  api: Api<never, Response>,
  write: (to: KafkaWriter) => void,
  version = api.maxVersion
): Sample => ({
  bytes: bytesOf(write),
  read: (bytes) => api.read(new KafkaReader(bytes, 0, bytes.length), version)
})

const topicsOf = (to: KafkaWriter, write: () => void) =>
  to.array(['orders', 'users'], (topic) => {
    to.string(topic)
    to.array([0, 1, 2], write)
  })

const numbers = (to: KafkaWriter, ...sizes: readonly (2 | 4 | 8)[]) => {
  for (const size of sizes) {
    if (size === 2) to.twoBytes(0)
    else if (size === 4) to.fourBytes(3)
    else to.int64(12345)
  }
}

const SAMPLES: readonly Sample[] = [
  answerOf(
    apiVersions,
    (to) => {
      to.twoBytes(0)
      to.array([0, 1, 3], () => numbers(to, 2, 2, 2))
    },
    0
  ),
  answerOf(metadata, (to) => {
    to.fourBytes(0)
    to.array([1, 2], (id) => {
      to.fourBytes(id)
      to.string('broker.example')
      to.fourBytes(9092)
      to.string(null)
    })
    to.string('cluster')
    to.fourBytes(1)
    to.array(['orders', 'users'], (topic) => {
      to.twoBytes(0)
      to.string(topic)
      to.boolean(false)
      to.array([0, 1], (partition) => {
        to.twoBytes(0)
        to.fourBytes(partition)
        numbers(to, 4, 4)
        for (let list = 0; list < 3; list++) to.array([1, 2], (id) => to.fourBytes(id))
      })
      to.fourBytes(0)
    })
    to.fourBytes(0)
  }),
  answerOf(produce, (to) => {
    topicsOf(to, () => {
      numbers(to, 4, 2, 8, 8, 8)
      to.array([1, 2], (index) => {
        to.fourBytes(index)
        to.string('wrong')
      })
      to.string(null)
    })
    to.fourBytes(0)
  }),
  answerOf(fetch, (to) => {
    numbers(to, 4, 2, 4)
    topicsOf(to, () => {
      numbers(to, 4, 2, 8, 8, 8)
      to.array([1], () => numbers(to, 8, 8))
      to.sizedBytes(sampleBatch())
    })
  }),
  answerOf(listOffsets, (to) => {
    to.fourBytes(0)
    topicsOf(to, () => numbers(to, 4, 2, 8, 8, 4))
  }),
  answerOf(findCoordinator, (to) => {
    numbers(to, 4, 2)
    to.string(null)
    to.fourBytes(1)
    to.string('broker.example')
    to.fourBytes(9092)
  }),
  answerOf(joinGroup, (to) => {
    numbers(to, 4, 2, 4)
    for (const text of ['cooperative-sticky', 'leader', 'member']) to.string(text)
    to.array(['a', 'b'], (member) => {
      to.string(member)
      to.sizedBytes(encodeSubscription({ topics: ['orders'], owned: PARTITIONS }))
    })
  }),
  answerOf(syncGroup, (to) => {
    numbers(to, 4, 2)
    to.sizedBytes(encodeAssignment(PARTITIONS))
  }),
  answerOf(offsetCommit, (to) => {
    to.fourBytes(0)
    topicsOf(to, () => numbers(to, 4, 2))
  }),
  answerOf(offsetFetch, (to) => {
    to.fourBytes(0)
    topicsOf(to, () => {
      numbers(to, 4, 8, 4)
      to.string('')
      to.twoBytes(0)
    })
    to.twoBytes(0)
  }),
  answerOf(describeGroups, (to) => {
    to.fourBytes(0)
    to.array(['group'], (group) => {
      to.twoBytes(0)
      for (const text of [group, 'Stable', 'consumer', 'range']) to.string(text)
      to.array(['a'], (member) => {
        for (const text of [member, 'client', 'host']) to.string(text)
        to.sizedBytes(Buffer.alloc(4))
        to.sizedBytes(encodeAssignment(PARTITIONS))
      })
      to.fourBytes(0)
    })
  }),
  answerOf(describeConfigs, (to) => {
    to.fourBytes(0)
    to.array(['orders'], (name) => {
      to.twoBytes(0)
      to.string(null)
      to.byte(2)
      to.string(name)
      to.array(['retention.ms', 'secret'], (key) => {
        to.string(key)
        to.string(key === 'secret' ? null : '1000')
        for (const fact of [0, 5, 0]) to.byte(fact)
        to.array(['other'], (synonym) => {
          to.string(synonym)
          to.string('1')
          to.byte(5)
        })
      })
    })
  }),
  { bytes: encodeSubscription({ topics: ['orders'], owned: PARTITIONS }), read: decodeSubscription },
  { bytes: encodeAssignment(PARTITIONS), read: decodeAssignment },
  {
    bytes: Buffer.concat([Buffer.of(0, 0, 0, 12), Buffer.alloc(12), Buffer.of(0, 0, 0, 5), Buffer.alloc(5)]),
    read(bytes) {
      const frames = new ResponseFrames()
      frames.start({ take() {}, violated() {} })
      frames.came(bytes)
    }
  }
]

it('an answer that is damaged is read as far as it goes, or refused, and nothing else happens', () => {
  const below = numbersFrom(SEED)
  for (const { bytes, read } of SAMPLES) expect(() => read(bytes)).not.toThrow()
  for (let run = 0; run < RUNS; run++) {
    const sample = SAMPLES[run % SAMPLES.length] as Sample
    try {
      sample.read(mutate(sample.bytes, below))
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
    }
  }
})

it('records that are damaged behind a checksum that fits are refused, or read within their bounds', async () => {
  const below = numbersFrom(SEED)
  const sample = sampleBatch()
  let read = 0
  for (let run = 0; run < RUNS; run++) {
    const records = mutate(sample.subarray(HEADER_SIZE), below)
    const header = Buffer.from(sample.subarray(0, HEADER_SIZE))
    if (below(4) === 0) header[FIELD.attributes + below(HEADER_SIZE - FIELD.attributes)] = below(256)
    const batch = Buffer.concat([header, records])
    batch.writeInt32BE(batch.length - LENGTH_END, FIELD.length)
    batch.writeUInt32BE(crc32c(batch, FIELD.attributes), FIELD.crc)
    const walk = new BatchWalk({ channel: 'orders', partition: 0 }, batch)
    try {
      for (let each = await walk.next(); each !== undefined; each = await walk.next())
        while (each.records !== undefined && each.records.left > 0) {
          const { payload } = each.records.next(0)
          expect(payload === null || payload.length <= batch.length).toBe(true)
          read++
        }
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof BadRecordsError)) throw error
    }
  }
  expect(read).toBeGreaterThan(RUNS)
})
