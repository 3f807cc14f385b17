import type { Features } from '../api/features.js'
import { fetch } from '../api/fetch.js'

/** The first level of the feature `metadata.version` in each release that has it. */
const LEVELS: readonly (readonly [level: number, release: string])[] = [
  [31, '4.4'],
  [30, '4.3'],
  [28, '4.2'],
  [26, '4.1'],
  [22, '4.0'],
  [21, '3.9'],
  [20, '3.8'],
  [15, '3.7'],
  [12, '3.6'],
  [9, '3.5'],
  [8, '3.4'],
  [1, '3.3']
]
/** The highest level of the newest release above. */
const HIGHEST_LEVEL = 33

/** The highest version of Fetch in each release that has raised it: what a broker without such a feature tells of its age. */
const FETCH_VERSIONS: readonly (readonly [version: number, release: string])[] = [
  [17, '3.9'],
  [16, '3.7'],
  [14, '3.5'],
  [13, '3.1'],
  [12, '2.7'],
  [11, '2.3'],
  [10, '2.1']
]

/** A release of Kafka, as far as a broker tells. */
export interface BrokerVersion {
  /** `4.4` */
  readonly release: string
  /** It may be a later one. */
  readonly orLater: boolean
}

/** Which release a broker is: no broker says it by name. Other servers of the protocol tell which release they follow. */
export function brokerVersion({ apis, supported }: Features): BrokerVersion | undefined {
  const level = supported.get('metadata.version')
  if (level !== undefined) {
    const release = newest(LEVELS, level)
    return release === undefined ? undefined : { release, orLater: level > HIGHEST_LEVEL }
  }
  const release = newest(FETCH_VERSIONS, apis.find(({ key }) => key === fetch.key)?.max ?? 0)
  return release === undefined ? undefined : { release, orLater: true }
}

const newest = (table: readonly (readonly [number, string])[], value: number): string | undefined =>
  table.find(([from]) => value >= from)?.[1]
