import { statSync } from 'node:fs'
import { quoteForShell } from '../core/quote-for-shell.js'
import { quoteName } from '../core/visible-text.js'

/** No path of a file is longer: PATH_MAX of Linux. */
const LONGEST_PATH = 4096

/** Whether a text is the name of a file that is there. */
export function isFile(name: string): boolean {
  if (name === '' || name.length > LONGEST_PATH) return false
  try {
    return statSync(name).isFile()
  } catch {
    return false
  }
}

/**
 * Warns of a payload that is the name of a file, or `@` and such a name, as curl takes it. It is published as it is: a name of a file may
 * be what the subscriber wants.
 */
export function warnOfFileName(payload: string, warn: (text: string) => void): void {
  const names = payload.startsWith('@') ? [payload.slice(1), payload] : [payload]
  const name = names.find(isFile)
  if (name === undefined) return
  warn(
    `the payload is the text ${quoteName(payload)}, and not what the file of that name holds; for that: --file ${quoteForShell(name)}`
  )
}
