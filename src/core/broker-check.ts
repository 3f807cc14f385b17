import type { JsonTree } from './catalogue/json-tree.js'
import type { Clock } from './clock.js'
import type { ConnectionOptions } from './connection.js'

/** How a broker is to be checked. */
export interface CheckOptions {
  readonly connection: ConnectionOptions
  readonly clock: Clock
  /** The check publishes to, and subscribes to, only channels below this one. */
  readonly below: string
  /** Letters and digits that are unique to this check, so that two checks do not disturb each other. */
  readonly id: string
  /** How long each answer may take, in milliseconds. */
  readonly patience: number
  /** How many round trips are timed. */
  readonly roundTrips: number
  /** A group to tell of how far it has come, where the protocol can. */
  readonly group?: string | undefined
  readonly stop: AbortSignal
}

/** One thing that was found out about a broker. */
export interface Finding {
  /** Its name in JSON. */
  readonly name: string
  /** Its value in JSON; `null` stands for what is unknown. */
  readonly value: JsonTree
  /** Lines for people: a label, and what was found. */
  readonly lines: readonly (readonly [label: string, text: string])[]
}

/** The result of a check of a broker. */
export interface BrokerCheck {
  /** Its URL without credentials. */
  readonly broker: string
  readonly findings: readonly Finding[]
  /** What a user should know before relying on this broker: one line each. */
  readonly warnings: readonly string[]
}
