import { whyNotName } from '../../channel-grammar.js'
import { TidingsError } from '../../errors.js'
import { type Guarantee, type Message, NO_HEADERS } from '../../message.js'
import { quoteName } from '../../visible-text.js'
import { type CsvRow, csvRows } from '../csv-rows.js'
import { atLine, type RecordingItem } from '../recording-item.js'
import { RecordingPosition } from '../recording-position.js'
import { isBase64, judgeBase64 } from './base64-judgement.js'

const COLUMNS = 6

export interface ReadCsvOptions {
  readonly name: string
  readonly position?: RecordingPosition | undefined
  /** Whether payloads are base64. If absent, the first rows decide. */
  readonly base64: boolean | undefined
}

/**
 * Reads a recording of mqtt_recorder: rows of topic, payload, QoS, retain (`True`, `False`), seconds since 1970, seconds since
 * the row before. The file does not say whether payloads are base64. Throws a `TidingsError` of kind bad-input if the first rows
 * do not show it either.
 */
export async function* readCsvRecording(
  chunks: AsyncIterable<Uint8Array>,
  { name, base64, position = new RecordingPosition() }: ReadCsvOptions
): AsyncGenerator<RecordingItem[]> {
  let encoded = base64
  for await (const rows of csvRows(chunks)) {
    encoded ??= recogniseBase64(rows, name)
    const items: RecordingItem[] = []
    for (const row of rows) {
      try {
        const message = parseRow(row, encoded)
        items.push({ position: position.place(undefined, message.time), message })
      } catch (error) {
        items.push({ position: position.last, broken: atLine(error, name, row.line, row.torn) })
      }
    }
    yield items
  }
}

function recogniseBase64(rows: readonly CsvRow[], name: string): boolean {
  const [first] = rows
  if (
    first === undefined ||
    first.fields.length !== COLUMNS ||
    !/^\d+(\.\d+)?$/.test(textOf(first.fields[4]))
  ) {
    throw new TidingsError(
      'bad-input',
      `cannot read ${quoteName(name)}: it is no recording that tidings knows`,
      {
        code: 'unknown-recording',
        suggestion:
          'recordings are lines of JSON, or what mosquitto_sub -F %j, mqtt_recorder or MQTTX wrote; for what mosquitto_sub -v wrote: tidings replay --format mosquitto-verbose',
        details: { file: name }
      }
    )
  }
  return judgeBase64(
    rows.flatMap(({ fields }) => (fields.length === COLUMNS ? [textOf(fields[1])] : [])),
    name
  )
}

const textOf = (field: Uint8Array | undefined) => (field === undefined ? '' : Buffer.from(field).toString())

function parseRow({ fields }: CsvRow, base64: boolean): Message {
  if (fields.length !== COLUMNS) throw bad(`it has ${fields.length} columns and not ${COLUMNS}`)
  const [topic, payload = new Uint8Array(), qos, retain, time] = fields
  if (!/^[012]$/.test(textOf(qos))) throw bad('its QoS is not 0, 1 or 2')
  if (!/^(True|False|0|1)$/.test(textOf(retain))) throw bad('its retain flag is neither True nor False')
  const seconds = Number(textOf(time))
  if (textOf(time).trim() === '' || !Number.isFinite(seconds)) throw bad('its time is not a number')
  if (base64 && !isBase64(textOf(payload))) throw bad('its payload is not base64')
  return {
    channel: checkName(textOf(topic)),
    payload: base64 ? Buffer.from(textOf(payload), 'base64') : payload,
    headers: NO_HEADERS,
    guarantee: Number(textOf(qos)) as Guarantee,
    mqtt: { retain: /^(True|1)$/.test(textOf(retain)) },
    time: Math.round(seconds * 1_000_000)
  }
}

function checkName(topic: string): string {
  const why = whyNotName(topic)
  if (why !== undefined) throw bad(`its topic cannot be used: ${why}`)
  return topic
}

function bad(why: string): TidingsError {
  return new TidingsError('bad-input', why, { code: 'bad-mqtt-recorder-row' })
}
