import { readFileSync } from 'node:fs'
import { type CatalogueOptions, ChannelCatalogue } from '../../src/core/catalogue/channel-catalogue.js'
import { parseEnvelope } from '../../src/core/envelope/envelope.js'
import type { Message } from '../../src/core/message.js'

/** The messages of a fixture, which has one envelope line for each. */
export function fixtureMessages(name: string): Message[] {
  const text = readFileSync(new URL(`../fixtures/${name}`, import.meta.url))
  return text
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => parseEnvelope(Buffer.from(line)))
}

/** A catalogue with wide bounds that has observed the messages. */
export function observed(
  messages: readonly Message[],
  options: Partial<CatalogueOptions> = {}
): ChannelCatalogue {
  const catalogue = new ChannelCatalogue({
    separator: '/',
    hidden: '$',
    maxChannels: 100_000,
    maxBytes: 1e9,
    historyPerChannel: 10,
    examinedPerSecond: Number.POSITIVE_INFINITY,
    ...options
  })
  catalogue.observe(messages)
  return catalogue
}

/** A message with a payload of any kind. */
export function messageOn(
  channel: string,
  payload: string | Uint8Array,
  facts: Partial<Message> = {}
): Message {
  return {
    channel,
    payload: Buffer.from(payload),
    headers: [],
    guarantee: 0,
    mqtt: { retain: false },
    time: 1,
    ...facts
  }
}
