import { readFileSync } from 'node:fs'
import { TidingsError } from '../core/errors.js'
import { decodeUtf8, isUtf8 } from '../core/utf8.js'

type Environment = Readonly<Record<string, string | undefined>>

/** The character that Node puts in place of bytes that are not UTF-8. */
export const REPLACEMENT = '\ufffd'

/** The bytes of this process's environment, each variable ended by a NUL; undefined where the system does not give them. */
export function systemEnvironment(): Uint8Array | undefined {
  try {
    return readFileSync('/proc/self/environ')
  } catch {
    return undefined
  }
}

/** The bytes of one variable in `environment`, if it is there. */
export function variableIn(environment: Uint8Array, name: string): Uint8Array | undefined {
  const start = `${name}=`
  let from = 0
  while (from < environment.length) {
    const nul = environment.indexOf(0, from)
    const end = nul < 0 ? environment.length : nul
    const variable = environment.subarray(from, end)
    if (decodeUtf8(variable).startsWith(start)) return variable.subarray(start.length)
    from = end + 1
  }
  return undefined
}

/** A password may be any bytes (`environmentPassword`), and a folder is named to the system alone. */
const ANY_BYTES = new Set(['TIDINGS_PASSWORD', 'TIDINGS_HOME'])

/**
 * Refuses variables of tidings that are not UTF-8. Node replaces such bytes, so tidings would send others, such as another password in the
 * broker's URL.
 * @throws TidingsError of kind bad-input that names the variable, and not what is in it
 */
export function checkEnvironmentBytes(env: Environment, read = systemEnvironment): void {
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('TIDINGS_') || ANY_BYTES.has(name) || !text?.includes(REPLACEMENT)) continue
    const bytes = variableIn(read() ?? new Uint8Array(), name)
    if (bytes === undefined || isUtf8(bytes)) continue
    throw new TidingsError('bad-input', `cannot use ${name}: it is not UTF-8`, {
      code: 'variable-not-utf8',
      suggestion: 'save it as UTF-8; in a URL, %E4 stands for the byte E4 of a password'
    })
  }
}
