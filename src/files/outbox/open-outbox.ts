import type { Clock } from '../../core/clock.js'
import { FileOutbox } from './file-outbox.js'
import { OutboxFolder } from './outbox-folder.js'

/** Opens an outbox; `make`: also if there is none yet. Throws a `TidingsError` if others could read it, or it is not ours. */
export function openOutbox(
  name: string,
  options: { make: boolean; clock: Clock; onNotice: (text: string) => void }
): FileOutbox {
  const folder = options.make ? OutboxFolder.openOrMake(name) : OutboxFolder.open(name)
  return new FileOutbox(folder, options.clock, options.onNotice)
}
