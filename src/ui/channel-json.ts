import {
  type ChannelEntry,
  isPlacedBySource,
  type RememberedMessage
} from '../core/catalogue/channel-entry.js'
import type { ChannelFamily } from '../core/catalogue/channel-family.js'
import { formatJson, type JsonTree, jsonObject } from '../core/catalogue/json-tree.js'
import { formatEnvelope } from '../core/envelope/envelope.js'
import { type Message, payloadSize } from '../core/message.js'
import { formatTimestamp } from '../core/timestamp.js'
import { ageOf, type ChannelOrder, sortRows } from './channel-rows.js'

/**
 * One line of JSON for each channel as of `now`: its figures, its latest message as an envelope, its schema.
 * @param separator divides the levels of a channel
 */
export function* formatChannelLines(
  families: readonly ChannelFamily[],
  now: number,
  order: ChannelOrder,
  separator: string
): Generator<string> {
  const channels = families.flatMap(({ address, parameters, members }) =>
    members.map((entry) => ({
      address: entry.name,
      count: entry.total,
      rate: entry.averageRate(now),
      bytes: entry.bytes,
      age: ageOf(entry, now),
      entry,
      family: parameters.length > 0 ? { address, parameters } : undefined
    }))
  )
  for (const { entry, family } of sortRows(channels, order))
    yield formatChannelLine(entry, family, now, separator)
}

function formatChannelLine(
  entry: ChannelEntry,
  family: Pick<ChannelFamily, 'address' | 'parameters'> | undefined,
  now: number,
  separator: string
): string {
  const levels = entry.name.split(separator)
  const values = family?.parameters.map(({ name, level }) => [name, levels[level] ?? ''] as const)
  const known = jsonObject({
    channel: entry.name,
    address: family?.address,
    parameters: values && jsonObject(Object.fromEntries(values)),
    partitions: entry.partitions,
    placement: entry.places?.map(({ partition, leader, replicas, inSync }) =>
      jsonObject({ partition, leader, replicas: [...replicas], inSync: [...inSync] })
    ),
    messages: entry.partitions === undefined ? undefined : entry.total,
    count: entry.count,
    live: entry.live,
    rate: rounded(entry.rate(now)),
    averageRate: rounded(entry.averageRate(now)),
    bytes: entry.bytes,
    firstSeen: timestampOf(entry.firstSeen),
    lastSeen: timestampOf(entry.lastSeen),
    retained: entry.retained,
    qos: [...entry.guaranteesSeen],
    kinds: [...entry.kinds],
    examined: entry.examined,
    schema: entry.schema()
  })
  return `${formatJson(known).slice(0, -1)}${exampleOf(entry.latest)}}\n`
}

/**
 * The envelope is inserted as text, so that the numbers of the payload stay as they were published. A message of which only a part of the
 * payload was kept is left out.
 */
function exampleOf(latest: RememberedMessage | undefined): string {
  return latest === undefined || payloadSize(latest) < latest.size
    ? ''
    : `,"example":${formatEnvelope(asReceived(latest))}`
}

/** A message that the broker had kept is known by its source time, which is not when it was received. */
const asReceived = (message: RememberedMessage): Message =>
  isPlacedBySource(message) ? { ...message, time: undefined } : message

function timestampOf(time: number | undefined): string | undefined {
  return time === undefined ? undefined : formatTimestamp(time)
}

function rounded(rate: number): number {
  return Math.round(rate * 1000) / 1000
}

/** The JSON Schema of a family on one line, titled with its address; `undefined` if it carried no JSON. */
export function formatSchemaLine(family: ChannelFamily): string | undefined {
  const schema = family.schema()
  if (schema === undefined) return undefined
  const head: Record<string, JsonTree> = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: family.address
  }
  return `${formatJson(jsonObject({ ...head, ...schema }))}\n`
}
