import type { Password } from '../core/connection.js'
import { TidingsError } from '../core/errors.js'
import { decodeUtf8, isUtf8 } from '../core/utf8.js'
import { readWrittenFile, readWrittenFileNow } from '../files/whole-file.js'
import type { ConnectionFlags } from './connection-options.js'
import { environmentPassword } from './environment-password.js'
import type { Io } from './io.js'
import { PROMPT_FOR_PASSWORD } from './password-argument.js'

/**
 * The password, from where the flags or the environment say. Asks for it if the flags say so, and warns of a password on the command line.
 * @param fromProfile gives the password of the profile in whose place the environment's does not count, if it has one
 * @throws TidingsError usage for two places at once, or nobody to ask; bad-input for a file that holds none
 */
export async function passwordOf(
  flags: Pick<ConnectionFlags, 'password' | 'password-file'>,
  io: Io,
  warn: (text: string) => void,
  fromProfile?: () => Promise<Password | undefined>
): Promise<Password | undefined> {
  const { password, 'password-file': file } = flags
  // A flag on the command line beats the variable of another flag.
  if (password !== undefined && file !== undefined && file !== io.env.TIDINGS_PASSWORD_FILE) {
    throw new TidingsError(
      'usage',
      'cannot use both "--password" and "--password-file": one password is enough',
      {
        code: 'two-passwords',
        suggestion: 'leave out --password'
      }
    )
  }
  if (password === PROMPT_FOR_PASSWORD) return askPassword(io)
  if (password !== undefined) {
    warn(
      'a password on the command line can be read by every user of this machine; TIDINGS_PASSWORD and --password-file are safer'
    )
    return password
  }
  if (file !== undefined) return passwordIn(file, io.stop)
  return fromProfile === undefined ? environmentPassword(io.env) : fromProfile()
}

/**
 * The first line of a file, without its line end: editors end a file with a newline.
 * @throws TidingsError of kind bad-input if it is empty, and of kind interrupted if `stop` aborts while a pipe is waited for
 */
export const passwordIn = async (path: string, stop: AbortSignal): Promise<Password> =>
  passwordOfLine(firstLine(await readWrittenFile(path, stop)), path)

function passwordOfLine(line: Uint8Array, path: string): Password {
  if (line.length > 0) return isUtf8(line) ? decodeUtf8(line) : line
  throw new TidingsError('bad-input', `cannot use the password in "${path}": its first line is empty`, {
    code: 'empty-password-file',
    suggestion: 'write the password into its first line',
    details: { file: path }
  })
}

/**
 * Reads the password anew each time: a file with a token is written anew before the token runs out.
 * @param known what the file held first; it counts where the file cannot be read at the moment, and for a pipe, which can be read once only
 */
export function passwordInFileNow(path: string, known: Password): () => Password {
  return () => {
    try {
      return passwordOfLine(firstLine(readWrittenFileNow(path)), path)
    } catch {
      return known
    }
  }
}

/** Without its line end. */
export function firstLine(bytes: Uint8Array): Uint8Array {
  const newline = bytes.indexOf(0x0a)
  if (newline < 0) return bytes
  return bytes.subarray(0, bytes[newline - 1] === 0x0d ? newline - 1 : newline)
}

/**
 * The password of a private key. OpenSSL takes it as text.
 * @throws TidingsError of kind bad-input as `passwordIn`, and if it is not UTF-8
 */
export async function keyPasswordIn(path: string, stop: AbortSignal): Promise<string> {
  const password = await passwordIn(path, stop)
  if (typeof password === 'string') return password
  throw new TidingsError('bad-input', `cannot use the password in "${path}": it is not UTF-8`, {
    code: 'password-not-utf8',
    suggestion: 'save it as UTF-8, or give the key another password: openssl pkey -aes256',
    details: { file: path }
  })
}

async function askPassword(io: Io): Promise<string> {
  if (!io.stdin.isTerminal) {
    throw new TidingsError('usage', 'cannot ask for the "--password": stdin is not a terminal', {
      code: 'no-terminal',
      suggestion: 'set TIDINGS_PASSWORD, or use --password-file FILE'
    })
  }
  const { askForPassword } = await import('./prompts.js')
  return askForPassword('Password', io.stop)
}
