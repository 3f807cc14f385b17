import { closeSync, cpSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { TidingsError } from '../../core/errors.js'
import { systemReason } from '../../core/system-reason.js'
import type { BrokerLimits } from './broker-limits.js'
import type { LocalPlace } from './local-place.js'
import { type OpenedState, openState } from './state/open-state.js'
import type { Damage } from './store/recover.js'
import { FolderInUse, lockStore, type OldStore } from './store/store-lock.js'

/** A place's store, which only this process has open. */
export interface OpenStore {
  /** Reads what is kept. Rejects with a `TidingsError` of kind output if it can not be read. */
  read(limits: BrokerLimits): Promise<OpenedState>
  /** Gives the place up. */
  close(): Promise<void>
}

/**
 * Takes a place for this process alone, which makes it the local broker. Rejects with a `TidingsError` of kind output if that is not
 * possible.
 * @throws FolderInUse where another process has it
 */
export async function openStore(place: LocalPlace): Promise<OpenStore> {
  const lock = await lockStore(place.store).catch((error: unknown) => {
    throw error instanceof FolderInUse ? error : notOpened(place, error)
  })
  return {
    async read(limits) {
      const lost = await takeOver(place, lock.old, limits)
      try {
        const { state, damage } = openState(place.messages, limits)
        return { state, damage: [...lost, ...damage] }
      } catch (error) {
        throw notRead(place, error)
      }
    },
    close: () => lock.close()
  }
}

/**
 * Takes over what version 0.1 kept, also what it has kept since the last time, where both versions are in use. The first step makes a
 * copy of all messages with those of 0.1 in it. The second one clears the old store, and notes there that it was taken over. Then the copy
 * takes the place of the messages. Of a process that dies before the second step nothing counts, because 0.1 may be used before the next
 * start; of one that dies behind it everything does.
 * @returns what of the newer messages could not be read
 */
async function takeOver(
  place: LocalPlace,
  old: OldStore | undefined,
  limits: BrokerLimits
): Promise<readonly Damage[]> {
  const { messages } = place
  const whole = `${messages}.whole`
  const replace = () => {
    if (!existsSync(whole)) return
    rmSync(messages, { recursive: true, force: true })
    renameSync(whole, messages)
  }
  try {
    const isStoreGone = old === undefined && !existsSync(messages)
    if (isStoreGone || (await old?.isTakenOver())) replace()
    if (old === undefined) return []
    let damage: readonly Damage[] = []
    if (!(await old.isEmpty())) {
      rmSync(whole, { recursive: true, force: true })
      damage = await convert(messages, old, whole, limits)
      await old.clear()
      replace()
    }
    await old.finish()
    return damage
  } catch (cause) {
    throw notConverted(place, cause)
  }
}

/** Makes the folder `whole` of what is in `messages` and in the old store. Both stay as they are. */
async function convert(
  messages: string,
  old: OldStore,
  whole: string,
  limits: BrokerLimits
): Promise<readonly Damage[]> {
  const unfinished = `${messages}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  try {
    if (existsSync(messages)) cpSync(messages, unfinished, { recursive: true })
    const { state, damage } = openState(unfinished, { ...limits, ...UNLIMITED })
    const { takeOldStore } = await import('./store/old-store.js')
    await takeOldStore(old, state)
    if (!state.close()) throw state.failure ?? new Error('nothing can be written')
    // What replaces a store has to outlive a loss of power, too.
    for (const name of readdirSync(unfinished)) sync(join(unfinished, name))
    renameSync(unfinished, whole)
    return damage
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    throw error
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** A message takes a little more room than in 0.1, and a full queue is taken over as a whole. */
const UNLIMITED = {
  queuedMessagesPerSession: Number.POSITIVE_INFINITY,
  queuedBytesPerSession: Number.POSITIVE_INFINITY
}

function notOpened({ store, messages }: LocalPlace, cause: unknown): TidingsError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  const kept = existsSync(messages) ? `; sessions and messages are in "${messages}" and stay there` : ''
  return new TidingsError('output', `cannot open the store "${store}": ${systemReason(inner)}`, {
    code: 'store-not-opened',
    suggestion: `${whatToDo(inner)}, or move it away: mv '${store}' '${store}.damaged'${kept}`,
    cause
  })
}

/** LevelDB's errors have the system's words and no code. */
const whatToDo = (cause: unknown) =>
  /no space left/i.test(systemReason(cause)) ? 'free some space' : 'check who may read and write it'

function notRead({ messages }: LocalPlace, cause: unknown): TidingsError {
  return new TidingsError('output', `cannot read the store "${messages}": ${systemReason(cause)}`, {
    code: 'store-not-read',
    suggestion: `${whatToDo(cause)}, or begin without what it holds: mv '${messages}' '${messages}.damaged'`,
    cause
  })
}

function notConverted({ store }: LocalPlace, cause: unknown): TidingsError {
  const what = `cannot take over what an earlier version kept in "${store}": ${systemReason(cause)}`
  return new TidingsError('output', what, {
    code: 'store-not-converted',
    suggestion: `all of it is still there; to begin without it, move the folder away: mv '${store}' '${store}.old'`,
    cause
  })
}
