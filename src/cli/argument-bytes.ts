import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { TidingsError } from '../core/errors.js'

/** What Node makes of bytes that are not UTF-8. */
const REPLACEMENT = '\ufffd'

/** The arguments of this process as the system has them, each ended by a NUL; undefined where it does not tell. */
function commandLine(): Uint8Array | undefined {
  try {
    return readFileSync('/proc/self/cmdline')
  } catch {
    return undefined
  }
}

/**
 * Node replaces what is not UTF-8 in arguments, so that other bytes would be sent than were typed.
 * @throws TidingsError of kind usage where that has happened; a U+FFFD that was typed as such is none
 */
export function checkArgumentBytes(argv: readonly string[], read = commandLine): void {
  if (!argv.some((argument) => argument.includes(REPLACEMENT))) return
  const bytes = read()
  if (bytes === undefined || isUtf8(bytes)) return
  // Without its text: it may be a password.
  throw new TidingsError('usage', 'cannot use an argument that is not UTF-8: its bytes would be changed', {
    code: 'argument-not-utf8',
    suggestion: 'give the payload on stdin or with --file FILE'
  })
}
