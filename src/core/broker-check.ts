import type { JsonTree } from './catalogue/json-tree.js'
import type { Clock } from './clock.js'
import type { ConnectionOptions } from './connection.js'

/** How a broker is to be checked. */
export interface CheckOptions {
  readonly connection: ConnectionOptions
  readonly clock: Clock
  /** The user's channel below which everything is published and subscribed to. */
  readonly below: string
  /** Letters and digits that nobody else uses, to tell this check from others. */
  readonly id: string
  /** How long each answer may take, in milliseconds. */
  readonly patience: number
  /** Round trips that are timed. */
  readonly roundTrips: number
  readonly stop: AbortSignal
}

/** One thing that was found out about a broker. */
export interface Finding {
  /** Its name in JSON. */
  readonly name: string
  /** What it is in JSON; what is unknown is null. */
  readonly value: JsonTree
  /** Lines for people: what it is called, and what was found. */
  readonly lines: readonly (readonly [label: string, text: string])[]
}

/** What a broker was found to do. */
export interface BrokerCheck {
  /** Its URL without credentials. */
  readonly broker: string
  readonly findings: readonly Finding[]
  /** What a user should know before relying on this broker: one line each. */
  readonly warnings: readonly string[]
}
