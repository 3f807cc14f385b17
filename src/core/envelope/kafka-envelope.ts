import type { ByteWriter } from '../byte-writer.js'
import { type KafkaBinding, publishedKafka } from '../kafka/kafka-binding.js'
import { CachedField } from './cached-field.js'
import { badField, FieldReader, isBoolean } from './field-reader.js'
import { noteUnknown, parseValue } from './line-fields.js'

/** Writes the field `kafka` with a comma before it, or nothing. Each message has another offset, so nothing of it is kept. */
export function writeKafkaBinding(kafka: KafkaBinding, into: ByteWriter): void {
  const { partition, offset, isAppendTime, nullHeaders } = kafka
  let separator = ',"kafka":{"'
  const begin = (name: string) => {
    into.writeAscii(separator)
    into.writeAscii(name)
    separator = ',"'
  }
  if (partition !== undefined) {
    begin('partition":')
    into.writeInteger(partition)
  }
  if (offset !== undefined) {
    begin('offset":')
    into.writeInteger(offset)
  }
  if (isAppendTime === true) begin('appendTime":true')
  if (nullHeaders !== undefined) begin(`nullHeaders":[${nullHeaders.join()}]`)
  if (separator === ',"') into.writeAscii('}')
}

/** The members that are written. */
export const KAFKA_MEMBERS: readonly string[] = ['partition', 'offset', 'appendTime', 'nullHeaders']

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
