import type { Violation } from '../contract.js'
import type { MessagePlace } from '../message.js'
import type { BrokenRules } from './broken-rules.js'
import type { MissingNumbers } from './holes.js'

/** What was wrong, with the facts of the moment at which it began. Times and durations are in microseconds. */
export type IncidentFacts =
  /** No message came for longer than the limit. `last` is the time of the last one; absent if none came. */
  | { readonly kind: 'silence'; readonly last: number | undefined; readonly limit: number | undefined }
  /** The numbers from `from` to `to` were left out. */
  | { readonly kind: 'gap'; readonly from: bigint; readonly to: bigint; readonly stream: string | undefined }
  /** A number came again. */
  | { readonly kind: 'repeat'; readonly value: bigint; readonly stream: string | undefined }
  /** A number came after the higher number `after`; or, for a restart, the numbers began anew with it. */
  | {
      readonly kind: 'out-of-order' | 'restart'
      readonly value: bigint
      readonly after: bigint
      readonly stream: string | undefined
    }
  /** Messages have no number or no time where one is to be. `why` is about the first one. */
  | { readonly kind: 'unnumbered' | 'undated'; readonly why: string }
  /** Messages came too late. `age` is that of the first one. */
  | { readonly kind: 'late'; readonly age: number; readonly limit: number }
  /** Within `window` there were `count` messages, which is fewer or more than `limit`. */
  | {
      readonly kind: 'low-rate' | 'high-rate'
      readonly count: number
      readonly limit: number
      readonly window: number
    }
  /** Messages break the contract. `violation` is the first thing in which the first one does. */
  | { readonly kind: 'contract'; readonly violation: Violation }
  /** The connection was down, so that nobody watched. */
  | { readonly kind: 'outage'; readonly reason: string }

export type IncidentKind = IncidentFacts['kind']

/** Something that was wrong, at one moment or for a time. */
export interface Incident {
  /** Counts from 1. */
  readonly number: number
  /** Absent where it concerns all channels. */
  readonly channel: string | undefined
  /** Microseconds since 1970-01-01 UTC, as are the other times. */
  readonly began: number
  readonly facts: IncidentFacts
  /** Where the message is that it began with, where the broker has places. */
  readonly place: MessagePlace | undefined
  /** Absent while it lasts. */
  ended: number | undefined
  /** How many messages it concerns, of those that came. */
  messages: number
  /** The greatest age, if it is about age. */
  worst: number | undefined
  /** The broker has kept what was sent during the outage, so that it comes now. */
  isKept: boolean
  /** What of a gap has not come yet. */
  missing: MissingNumbers | undefined
  /** The rules of the contract that its messages broke, where there are several. */
  rules?: BrokenRules
}

/** `moment`: it begins and ends at once. `lasting`: the watch ends before it does, and there is something new to tell of it. */
export type IncidentPhase = 'began' | 'ended' | 'moment' | 'lasting'

export interface IncidentEvent {
  readonly incident: Incident
  readonly phase: IncidentPhase
  /** Microseconds since 1970-01-01 UTC. */
  readonly time: number
}

/** Whether more is known of an incident that lasts than its beginning said: a part of a gap has come, or further rules were broken. */
export const hasNews = ({ facts, ended, missing, rules }: Incident): boolean =>
  ended === undefined &&
  (rules !== undefined ||
    (facts.kind === 'gap' && missing !== undefined && missing.count <= facts.to - facts.from))
