import type { ChannelEntry } from './channel-entry.js'
import type { JsonObject } from './json-tree.js'

/** A level of an address that differs from member to member. */
export interface ChannelParameter {
  /** Its name without braces, such as `device_id`. */
  readonly name: string
  /** Position of the level in the address, from 0. */
  readonly level: number
  /** Distinct values seen, in the order of their appearance. */
  readonly values: readonly string[]
}

/** Channels that differ only in parameters, or one channel that is on its own. */
export interface ChannelFamily {
  /** The address with its parameters in braces: `device/{device_id}/temp`. */
  readonly address: string
  readonly parameters: readonly ChannelParameter[]
  readonly members: readonly ChannelEntry[]
  /** The schema that fits all members; `undefined` if no member had a JSON payload. */
  schema(): JsonObject | undefined
}

/** How channels are gathered into families. */
export interface FamilyRules {
  /** Patterns (or addresses with `{names}`) whose `+` levels are parameters, whatever else is seen. */
  readonly parameters?: readonly string[]
  /** Find further parameters by the documented rule; on unless `false`. */
  readonly automatic?: boolean
}
