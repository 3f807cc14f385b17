import type { Clock } from '../../core/clock.js'
import { FileOutbox } from './file-outbox.js'
import { OutboxFolder } from './outbox-folder.js'

/** Opens an outbox, and with `make` makes a missing one. Throws a `TidingsError` if other users may enter it, or own it. */
export function openOutbox(
  name: string,
  options: { make: boolean; clock: Clock; onNotice: (text: string) => void }
): FileOutbox {
  const folder = options.make ? OutboxFolder.openOrMake(name) : OutboxFolder.open(name)
  return new FileOutbox(folder, options.clock, options.onNotice)
}
