import { pbkdf2, timingSafeEqual } from 'node:crypto'
import { TidingsError } from '../../core/errors.js'
import type { Authenticate } from './broker/admission.js'

interface Secret {
  readonly iterations: number
  readonly salt: Buffer
  readonly hash: Buffer
}

const HASHED = /^\$7\$(\d{1,8})\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)$/

/** The bytes of a SHA-512. A shorter hash, which a damaged line may have, would let in other passwords; an empty one would let in any. */
const HASH_LENGTH = 64

/** Compared with where the user is unknown, so that the time it takes does not tell who exists. */
const NOBODY: Secret = { iterations: 101, salt: Buffer.alloc(12), hash: Buffer.alloc(HASH_LENGTH) }

/**
 * Reads a password file as mosquitto_passwd 2 writes it: lines of `USER:$7$ITERATIONS$SALT$HASH` (PBKDF2, SHA-512); empty lines and
 * lines that begin with # are left aside. Throws a `TidingsError` of kind bad-input that names the line, never what is in it: a
 * password in plain text is refused, not hashed on the way.
 */
export function parsePasswordFile(text: string, file: string): Authenticate {
  const secrets = new Map<string, Secret>()
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === '' || line.startsWith('#')) continue
    const colon = line.indexOf(':')
    const [, iterations, salt, hash] = HASHED.exec(line.slice(colon + 1)) ?? []
    if (colon <= 0 || iterations === undefined || salt === undefined || hash === undefined) {
      throw badLine(
        file,
        index + 1,
        colon <= 0 ? 'it names no user' : 'its password is not hashed (USER:$7$…)'
      )
    }
    const secret = {
      iterations: Number(iterations),
      salt: Buffer.from(salt, 'base64'),
      hash: Buffer.from(hash, 'base64')
    }
    if (secret.iterations === 0 || secret.salt.length === 0 || secret.hash.length !== HASH_LENGTH)
      throw badLine(file, index + 1, 'its hash is damaged')
    secrets.set(line.slice(0, colon), secret)
  }
  if (secrets.size === 0) throw badLine(file, 1, 'the file names no user')
  return async (username, password) => {
    const secret = secrets.get(username ?? '')
    const same = await matches(password ?? Buffer.alloc(0), secret ?? NOBODY)
    return same && secret !== undefined && password !== undefined
  }
}

function matches(password: Uint8Array, { iterations, salt, hash }: Secret): Promise<boolean> {
  return new Promise((resolve, reject) => {
    pbkdf2(password, salt, iterations, hash.length, 'sha512', (error, derived) => {
      if (error === null) resolve(timingSafeEqual(derived, hash))
      else reject(error)
    })
  })
}

function badLine(file: string, line: number, why: string): TidingsError {
  return new TidingsError('bad-input', `cannot read password file "${file}": line ${line}: ${why}`, {
    code: 'bad-password-file',
    suggestion: `mosquitto_passwd -c '${file}' USER`,
    details: { file, line }
  })
}
