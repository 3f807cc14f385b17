import type { BrokerLimits } from '../broker-limits.js'
import { Journal, SEGMENT_SIZE } from '../store/journal.js'
import { type Damage, recover } from '../store/recover.js'
import { SegmentFolder } from '../store/segment-folder.js'
import { BrokerState } from './broker-state.js'
import { checkpointOf } from './checkpoint.js'
import { RecoveredState } from './recovered-state.js'

export interface OpenedState {
  readonly state: BrokerState
  /** What of the journal could not be read; everything else is there. */
  readonly damage: readonly Damage[]
}

/** Reads what a broker kept in a folder, which is made where it is missing. Only one process may have it open. */
export function openState(path: string, limits: BrokerLimits, segmentSize = SEGMENT_SIZE): OpenedState {
  const folder = new SegmentFolder(path)
  const state = new BrokerState(limits)
  const recovered = new RecoveredState(state)
  for (const number of folder.segments()) state.messages.needed.set(number, { messages: 0, bytes: 0 })
  const { position, damage } = recover(folder, (fact, place) => recovered.take(fact, place))
  const lost = recovered.finish(folder.sizes())
  const checkpoint = checkpointOf(state, segmentSize, (segment) => state.changes.journal?.remove(segment))
  // What is lost is lost: a new segment does not speak of it any more.
  const next = lost === 0 ? position : { ...position, length: 0 }
  state.changes.journal = new Journal(folder, next, checkpoint, segmentSize)
  return {
    state,
    damage: lost === 0 ? damage : [...damage, { what: 'files are missing or end too early', messages: lost }]
  }
}
