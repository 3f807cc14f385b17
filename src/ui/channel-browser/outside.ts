import { TidingsError } from '../../core/errors.js'
import type { BrowserActions } from './browser-actions.js'
import type { BrowserEvent } from './browser-event.js'
import type { Key } from './key-decoder.js'
import type { TerminalScreen } from './terminal-screen.js'

/** What effects need of the browser's loop. */
export interface OutsidePlace {
  readonly screen: TerminalScreen
  readonly tell: (event: BrowserEvent) => void
  /** Aborts when the browser ends. */
  readonly ended: AbortSignal
  /** Stops the process until the user brings it back. */
  readonly suspend: () => void
  /** Ends the browser: what was streamed could not be written. */
  readonly fail: (error: unknown) => void
}

/** The keys that end a stream. */
const BACK: readonly string[] = ['q', 'escape', 'ctrl-c']

/** Has bytes edited outside of the screen. */
export async function editOutside(
  bytes: Uint8Array,
  { edit }: BrowserActions,
  place: OutsidePlace
): Promise<void> {
  const { screen, ended, tell } = place
  if (!edit || !screen.isOurs) return
  screen.give()
  try {
    tell({ kind: 'edited', bytes: await edit(bytes, ended) })
  } finally {
    comeBack(place)
  }
}

/** Writes messages outside of the screen until the user comes back with a key, or there is nothing to come any more. */
export async function streamOutside(
  pattern: string,
  { stream }: BrowserActions,
  place: OutsidePlace
): Promise<void> {
  const { screen, ended, suspend, fail } = place
  if (!stream || !screen.isOurs) return
  const back = new AbortController()
  screen.lend(({ name }: Key) => {
    if (name === 'ctrl-z') suspend()
    else if (BACK.includes(name)) back.abort()
  })
  try {
    await stream(pattern, AbortSignal.any([back.signal, ended]))
  } catch (error) {
    if (error instanceof TidingsError && error.kind === 'output') return fail(error)
    throw error
  } finally {
    comeBack(place)
  }
}

/** Takes the screen again, which is empty until the next frame. */
function comeBack({ screen, tell }: OutsidePlace): void {
  screen.take()
  tell({ kind: 'tick' })
}
