import { existsSync, renameSync, rmSync } from 'node:fs'
import { TidingsError } from '../../core/errors.js'
import type { BrokerLimits } from './broker-limits.js'
import type { LocalPlace } from './local-place.js'
import { type OpenedState, openState } from './state/open-state.js'
import { lockStore, type OldStore } from './store/store-lock.js'

/** A place's store, which only this process has open. */
export interface OpenStore {
  /** Reads what is kept. Rejects with a `TidingsError` of kind output if it can not be read. */
  read(limits: BrokerLimits): Promise<OpenedState>
  /** Gives the place up. */
  close(): Promise<void>
}

/**
 * Takes a place for this process alone, which makes it the local broker.
 * @throws FolderInUse where another process has it
 */
export async function openStore(place: LocalPlace): Promise<OpenStore> {
  const lock = await lockStore(place.store)
  return {
    async read(limits) {
      // The journal is there only once it is whole.
      if (lock.old !== undefined && !existsSync(place.messages)) await convert(place, lock.old, limits)
      return openState(place.messages, limits)
    },
    close: () => lock.close()
  }
}

/** Takes over what version 0.1 kept. If that fails, all of it stays where it was. */
async function convert(place: LocalPlace, old: OldStore, limits: BrokerLimits): Promise<void> {
  const unfinished = `${place.messages}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  try {
    const { state } = openState(unfinished, limits)
    const { takeOldStore } = await import('./store/old-store.js')
    await takeOldStore(old, state)
    state.close()
    renameSync(unfinished, place.messages)
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true })
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TidingsError(
      'output',
      `cannot take over what an earlier version kept in "${place.store}": ${why}`,
      {
        code: 'store-not-converted',
        suggestion: `all of it is still there; to begin without it, move the folder away: mv '${place.store}' '${place.store}.old'`,
        cause
      }
    )
  }
  await old.clear()
}
