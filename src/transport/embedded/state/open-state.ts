import type { BrokerLimits } from '../broker-limits.js'
import { Journal } from '../store/journal.js'
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
export function openState(path: string, limits: BrokerLimits): OpenedState {
  const folder = new SegmentFolder(path)
  const state = new BrokerState(limits)
  const recovered = new RecoveredState(state)
  for (const number of folder.segments()) state.needed.set(number, { messages: 0, bytes: 0 })
  const { position, damage } = recover(folder, (fact, place) => recovered.take(fact, place))
  const lost = recovered.finish(new Set(folder.segments()))
  const checkpoint = checkpointOf(state, (segment) => state.journal?.remove(segment))
  state.journal = new Journal(folder, position, checkpoint)
  return { state, damage: lost === 0 ? damage : [...damage, { what: 'messages lie in it', messages: lost }] }
}
