import type { ByteWriter } from '../byte-writer.js'
import { type KafkaBinding, publishedKafka } from '../kafka/kafka-binding.js'
import { CachedField } from './cached-field.js'
import { badField, FieldReader, isBoolean } from './field-reader.js'
import { noteUnknown, parseValue } from './line-fields.js'

/** What comes before the offset of the last message: consecutive messages mostly are of one partition. */
let lastPartition = -1
let beforeOffset: Uint8Array = Buffer.alloc(0)

/** Writes the field `kafka` with a comma before it, or nothing. */
export function writeKafkaBinding(kafka: KafkaBinding, into: ByteWriter): void {
  const { partition, offset, isAppendTime, nullHeaders } = kafka
  if (partition === undefined || offset === undefined || isAppendTime === true || nullHeaders !== undefined) {
    into.writeAscii(formatKafkaBinding(kafka))
    return
  }
  if (partition !== lastPartition) {
    beforeOffset = Buffer.from(`,"kafka":{"partition":${partition},"offset":`)
    lastPartition = partition
  }
  into.writeBytes(beforeOffset)
  into.writeInteger(offset)
  into.writeByte(CLOSING)
}

const CLOSING = 0x7d

function formatKafkaBinding({ partition, offset, isAppendTime, nullHeaders }: KafkaBinding): string {
  const members = [
    ...(partition === undefined ? [] : [`"partition":${partition}`]),
    ...(offset === undefined ? [] : [`"offset":${offset}`]),
    ...(isAppendTime === true ? ['"appendTime":true'] : []),
    ...(nullHeaders === undefined ? [] : [`"nullHeaders":[${nullHeaders.join()}]`])
  ]
  return members.length === 0 ? '' : `,"kafka":{${members.join()}}`
}

const COUNT_MUST = 'must be a whole number from 0'

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

const isCounts = (value: unknown): value is number[] => Array.isArray(value) && value.every(isCount)

/** The field `kafka` of a line, and the names of its members that mean nothing. */
interface Said {
  readonly binding: KafkaBinding
  readonly unknown: readonly string[]
}

const kafkaField = new CachedField('kafka', (line, start, end) => parseKafka(parseValue(line, start, end)))

/** The field's bit for `hasAny`. */
export const KAFKA_FIELD = kafkaField.bit

function parseKafka(value: unknown): Said {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badField('kafka', value, 'must be an object')
  const fields = new FieldReader({ ...value }, 'kafka.')
  const partition = fields.read('partition', isCount, COUNT_MUST)
  const offset = fields.read('offset', isCount, COUNT_MUST)
  const appendTime = fields.read('appendTime', isBoolean, 'must be true or false')
  const nullHeaders = fields.read('nullHeaders', isCounts, 'must be a list of whole numbers from 0')
  const binding: KafkaBinding = {
    ...(partition !== undefined && { partition }),
    ...(offset !== undefined && { offset }),
    ...(appendTime === true && { isAppendTime: true }),
    ...(nullHeaders !== undefined && { nullHeaders })
  }
  return { binding, unknown: fields.unread() }
}

/** The field `kafka` of a line that `findFields` has searched. `defaults` fills in what the line does not say. */
export function readKafkaField(
  line: Uint8Array,
  defaults: KafkaBinding | undefined
): KafkaBinding | undefined {
  const said = kafkaField.read(line)
  if (said === undefined) return defaults
  for (const name of said.unknown) noteUnknown(name)
  // Where a message was says nothing of where it is to go.
  const binding = defaults === undefined ? said.binding : { ...defaults, ...publishedKafka(said.binding) }
  return Object.keys(binding).length === 0 ? undefined : binding
}

/** What the fields of this binding are called elsewhere, in lower case and without dashes. */
export const KAFKA_WORDS: Readonly<Record<string, readonly string[]>> = {
  'kafka.partition': ['partition'],
  'kafka.offset': ['offset']
}
