import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { TidingsError } from '../core/errors.js'

/** The character that Node puts in place of bytes that are not UTF-8. */
const REPLACEMENT = '\ufffd'

/** The bytes of this process's arguments, each argument ended by a NUL; undefined where the system does not give them. */
function commandLine(): Uint8Array | undefined {
  try {
    return readFileSync('/proc/self/cmdline')
  } catch {
    return undefined
  }
}

/**
 * Refuses arguments that are not UTF-8. Node replaces such bytes, so tidings would send other bytes than the user typed.
 * @throws TidingsError of kind usage; not for a U+FFFD that the user has typed
 */
export function checkArgumentBytes(argv: readonly string[], read = commandLine): void {
  if (!argv.some((argument) => argument.includes(REPLACEMENT))) return
  const bytes = read()
  if (bytes === undefined || isUtf8(bytes)) return
  // The message does not quote the argument, which may be a password.
  throw new TidingsError('usage', 'cannot use an argument that is not UTF-8: its bytes would be changed', {
    code: 'argument-not-utf8',
    suggestion: 'give the payload on stdin or with --file FILE'
  })
}
