import type { Password } from '../core/connection.js'
import { TidingsError } from '../core/errors.js'
import { decodeUtf8, isUtf8 } from '../core/utf8.js'
import { REPLACEMENT, systemEnvironment, variableIn } from './environment-bytes.js'

const NAME = 'TIDINGS_PASSWORD'

/**
 * The password in the environment, if there is one. Node replaces bytes that are not UTF-8 by U+FFFD, so such a password is read from the
 * system.
 * @throws TidingsError of kind bad-input where the system does not give it
 */
export function environmentPassword(
  env: Readonly<Record<string, string | undefined>>,
  read = systemEnvironment
): Password | undefined {
  const text = env[NAME]
  if (text === undefined || text === '') return undefined
  if (!text.includes(REPLACEMENT)) return text
  const bytes = variableIn(read() ?? new Uint8Array(), NAME)
  if (bytes !== undefined) return isUtf8(bytes) ? decodeUtf8(bytes) : bytes
  throw new TidingsError(
    'bad-input',
    `cannot use ${NAME}: it is not UTF-8, and the system does not give its bytes`,
    {
      code: 'password-not-utf8',
      suggestion: 'write the password into a file: --password-file FILE'
    }
  )
}
