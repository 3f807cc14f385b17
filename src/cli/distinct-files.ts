import { TidingsError } from '../core/errors.js'
import { isSameFile } from '../files/same-file.js'

/** Names of files by the flags that name them. */
export type NamedFiles = Readonly<Record<string, string | undefined>>

/** Where the process writes to unless it is told otherwise: a shell may have sent that to a file. */
const STANDARD_OUTPUT = { stdout: '/dev/stdout' }

/**
 * Refuses a file to write that is one that the command reads or writes for something else: what that has would be lost.
 * @param flag the flag that names the file, without dashes
 * @param others the other files; a part of a document (`FILE#POINTER`) counts as the document
 * @throws TidingsError of kind usage
 */
export function refuseSameFile(flag: string, path: string, others: NamedFiles): void {
  for (const [other, name] of Object.entries({ ...others, ...STANDARD_OUTPUT })) {
    if (name === undefined || ![name, name.replace(/#.*$/s, '')].some((each) => isSameFile(path, each)))
      continue
    const also = other in STANDARD_OUTPUT ? other : `"--${other}"`
    throw new TidingsError('usage', `cannot use "--${flag} ${path}": ${also} is the same file`, {
      code: 'same-file',
      suggestion: `name a file of its own for --${flag}`
    })
  }
}
