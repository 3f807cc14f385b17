import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { VERSION } from '../../core/version.js'
import type { LocalPlace } from './local-place.js'

/**
 * Says in a small file that the broker behind this socket is of this program's version. The commands that use the broker read it, which
 * takes a tenth of the time of asking the broker.
 */
export function noteVersion(place: LocalPlace): void {
  try {
    writeFileSync(place.version, noteFor(place), { mode: 0o600 })
  } catch {
    // Commands ask the broker.
  }
}

/** Whether the broker behind the socket has noted this program's version. False: it did not, or it is another broker by now. */
export function hasOurVersion(place: LocalPlace): boolean {
  try {
    return readFileSync(place.version, 'latin1') === noteFor(place)
  } catch {
    return false
  }
}

/** A broker that died leaves its note; the socket of the next one is another file. */
function noteFor({ socketPath }: LocalPlace): string {
  const { ino, ctimeMs } = statSync(socketPath)
  return `${VERSION} ${ino} ${ctimeMs}\n`
}
