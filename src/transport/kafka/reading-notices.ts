import { counted } from '../../core/counted.js'
import { timeOfNumber } from '../../core/history-position.js'
import { quoteName } from '../../core/visible-text.js'
import type { PartitionName } from './partition-name.js'

/** A partition that ends before the offset that reading was to begin at. */
export interface EarlyEnd extends PartitionName {
  readonly end: number
}

/** What is told where partitions end before the offset that was asked for; undefined where none does. One line, however many there are. */
export function beyondEndNotice(ends: readonly EarlyEnd[], offset: number): string | undefined {
  const [first, ...others] = ends
  if (first === undefined) return undefined
  const place = `partition ${first.partition} of ${quoteName(first.topic)} ends at ${first.end}, before offset ${offset}`
  const more = others.length === 0 ? '' : `, and so do ${counted(others.length, 'other partition')}`
  const time = timeOfNumber(offset)
  return `${place}${more}${time === undefined ? '' : `; a time is written like --from ${time}`}`
}

/** What is told where a session or a group has a place already, and the user said where to begin. */
export const ignoredFromNotice = (kind: 'session' | 'group', name: string): string =>
  `--from is ignored: the ${kind} ${quoteName(name)} has a place already, and goes on there; to begin elsewhere take another name`
