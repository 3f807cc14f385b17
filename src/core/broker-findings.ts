import type { Finding } from './broker-check.js'
import { type JsonObject, jsonObject } from './catalogue/json-tree.js'
import { formatDuration } from './duration.js'

// Findings that checks of several protocols have.

/** Whether a broker does something. */
export interface Ability {
  /** `undefined`: it could not be found out. */
  readonly works: boolean | undefined
  /** What was seen, in words; absent if all is well. */
  readonly note?: string
}

export const abilityJson = ({ works, note }: Ability): JsonObject =>
  jsonObject({ works: works ?? null, note })

export function abilityWords({ works, note }: Ability): string {
  const answer = works === undefined ? 'unknown' : works ? 'yes' : 'no'
  return note === undefined ? answer : `${answer}: ${note}`
}

export const abilityFinding = (name: string, label: string, ability: Ability): Finding => ({
  name,
  value: abilityJson(ability),
  lines: [[label, abilityWords(ability)]]
})

/** Round trips at QoS 1, in microseconds. */
export interface Latency {
  readonly rounds: number
  readonly min: number
  readonly median: number
}

/** @param times of round trips, in microseconds; `undefined` if there was none */
export function latencyOf(times: readonly number[]): Latency | undefined {
  const sorted = [...times].sort((one, other) => one - other)
  const min = sorted[0]
  const median = sorted[Math.floor((sorted.length - 1) / 2)]
  if (min === undefined || median === undefined) return undefined
  return { rounds: sorted.length, min, median }
}

export const latencyFinding = (latency: Latency | undefined): Finding => ({
  name: 'latency',
  value: latency === undefined ? null : jsonObject({ ...latency }),
  lines: [['Latency', latency === undefined ? 'unknown: nothing came back' : latencyWords(latency)]]
})

const latencyWords = ({ rounds, min, median }: Latency): string =>
  `${milliseconds(min)} minimum, ${milliseconds(median)} median of ${rounds} round trips at QoS 1`

/** Tenths of a millisecond matter on a local network, and only there. */
function milliseconds(microseconds: number): string {
  return microseconds < 10_000
    ? `${(microseconds / 1000).toFixed(1)} ms`
    : formatDuration(Math.round(microseconds / 1000))
}
