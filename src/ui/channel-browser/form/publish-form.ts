import type { Capability } from '../../../core/capabilities.js'
import {
  DEFAULT_GUARANTEE,
  type Guarantee,
  type Message,
  payloadBytes,
  payloadSize
} from '../../../core/message.js'
import type { ComposeTerms, Draft } from '../browser-actions.js'
import { type HeaderLines, headerLines } from './header-lines.js'
import { type PayloadField, payloadFieldOf } from './payload-field.js'
import { fieldOf, type TextField } from './text-field.js'
import { isSeen } from './typed-text.js'

/** The fields of the form, in their order on the screen. */
const FIELDS = [
  'channel',
  'key',
  'payload',
  'none',
  'content-type',
  'headers',
  'qos',
  'retain',
  'name',
  'send'
] as const
export type FieldName = (typeof FIELDS)[number]

/** What the user writes. */
export interface Written {
  readonly channel: TextField
  readonly key: TextField
  readonly payload: PayloadField
  /** There is no payload at all, which is not an empty one. */
  readonly isNull: boolean
  readonly contentType: TextField
  readonly headers: TextField
  readonly guarantee: Guarantee
  readonly retain: boolean
  /** The name of the profile, typed to confirm. */
  readonly name: TextField
}

/** A message that is being written. */
export interface PublishForm extends Written {
  /** The field that the keys go to. */
  readonly at: FieldName
  readonly keptHeaders: HeaderLines['kept']
  /** The first row of the payload that is on the screen. */
  readonly top: number
  /** The message that the form began with: its binding is kept, and its key where that is no text. */
  readonly from: Message | undefined
  /** What was written when it opened. */
  readonly began: Written
  /** The user has tried to send, so that every problem is shown. */
  readonly isTried: boolean
  /** The user was told that the payload is not JSON, and may send it all the same. */
  readonly isWarned: boolean
  /** What to do so that the broker takes the message, which it has refused. */
  readonly advice: string | undefined
  /** What the user is asked before that what was typed is lost. */
  readonly question: 'anew' | 'quit' | undefined
}

const GUARANTEES: readonly (readonly [Guarantee, Capability])[] = [
  [0, 'at-most-once'],
  [1, 'acknowledged'],
  [2, 'exactly-once']
]

/** The guarantees that the broker offers. */
export const offeredGuarantees = ({ capabilities }: ComposeTerms): readonly Guarantee[] =>
  GUARANTEES.filter(([, capability]) => capabilities[capability] === true).map(([guarantee]) => guarantee)

/** The fields that make sense for the broker. */
export function fieldsFor(terms: ComposeTerms): readonly FieldName[] {
  const { capabilities, protectedBy } = terms
  const isThere: Partial<Record<FieldName, boolean>> = {
    key: capabilities.key === true,
    none: capabilities['null-payload'] === true,
    'content-type': capabilities['content-type'] === true,
    headers: capabilities.headers === true,
    qos: offeredGuarantees(terms).length > 1,
    retain: capabilities.retained === true,
    name: protectedBy !== undefined
  }
  return FIELDS.filter((field) => isThere[field] ?? true)
}

/** The form as it opens: with the channel that is selected, and the message that is shown. It never retains unless told to. */
export function newForm({ channel, message }: Draft, terms: ComposeTerms): PublishForm {
  const from =
    message && payloadSize(message) === (message.size ?? payloadSize(message)) ? message : undefined
  const { text, kept } = headerLines(from?.headers ?? [])
  const offered = offeredGuarantees(terms)
  const { key } = from ?? {}
  const shownChannel = isSeen(channel) ? channel : ''
  const began: Written = {
    channel: fieldOf(shownChannel),
    key: fieldOf(typeof key === 'string' && isSeen(key) ? key : ''),
    payload: payloadFieldOf(payloadBytes(from ?? { payload: null })),
    isNull: from?.payload === null && terms.capabilities['null-payload'] === true,
    contentType: fieldOf(from?.contentType ?? ''),
    headers: fieldOf(text),
    guarantee:
      offered.find((guarantee) => guarantee === (from?.guarantee ?? DEFAULT_GUARANTEE)) ??
      offered[0] ??
      DEFAULT_GUARANTEE,
    retain: false,
    name: fieldOf('')
  }
  return {
    ...began,
    began,
    at: shownChannel === '' ? 'channel' : 'payload',
    keptHeaders: kept,
    top: 0,
    from,
    isTried: false,
    isWarned: false,
    advice: undefined,
    question: undefined
  }
}
