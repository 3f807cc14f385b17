import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** Why logging in by SCRAM cannot go on. */
export class ScramError extends Error {}

/** The least and the most that a broker may ask for: fewer would be unsafe, and more a way to stop a client. */
const LEAST_ITERATIONS = 4096
const MOST_ITERATIONS = 1_000_000

/** The client's side of SCRAM (RFC 5802), without channel binding. */
export class ScramClient {
  readonly #hash: 'sha256' | 'sha512'
  readonly #password: string | Uint8Array
  readonly #nonce: string
  readonly #firstBare: string
  #serverSignature: Buffer | undefined

  /** @param nonce made up for this login alone */
  constructor(
    hash: 'sha256' | 'sha512',
    username: string,
    password: string | Uint8Array,
    nonce = randomBytes(24).toString('base64')
  ) {
    this.#hash = hash
    this.#password = password
    this.#nonce = nonce
    this.#firstBare = `n=${username.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`
  }

  first(): Buffer {
    return Buffer.from(`n,,${this.#firstBare}`)
  }

  /** The proof that answers the server's first message. Rejects with a ScramError. */
  async final(serverFirst: string): Promise<Buffer> {
    const { r: nonce = '', s: salt = '', i = '' } = attributes(serverFirst)
    const iterations = Number(i)
    if (!nonce.startsWith(this.#nonce) || nonce === this.#nonce || salt === '')
      throw new ScramError('the broker did not answer the challenge')
    if (!(iterations >= LEAST_ITERATIONS && iterations <= MOST_ITERATIONS))
      throw new ScramError(
        `the broker asks for ${i} iterations, and ${LEAST_ITERATIONS} to ${MOST_ITERATIONS} are taken`
      )
    const size = this.#hash === 'sha256' ? 32 : 64
    const salted = await promisify(pbkdf2)(
      this.#password,
      Buffer.from(salt, 'base64'),
      iterations,
      size,
      this.#hash
    )
    const clientKey = this.#hmac(salted, 'Client Key')
    const storedKey = createHash(this.#hash).update(clientKey).digest()
    const withoutProof = `c=biws,r=${nonce}`
    const whole = `${this.#firstBare},${serverFirst},${withoutProof}`
    const signature = this.#hmac(storedKey, whole)
    const proof = clientKey.map((byte, at) => byte ^ (signature[at] as number))
    this.#serverSignature = this.#hmac(this.#hmac(salted, 'Server Key'), whole)
    return Buffer.from(`${withoutProof},p=${Buffer.from(proof).toString('base64')}`)
  }

  /** Checks that the broker knows the password, too. Throws a ScramError. */
  verify(serverFinal: string): void {
    const { v = '', e } = attributes(serverFinal)
    if (e !== undefined) throw new ScramError(`the broker refused: ${e}`)
    const expected = this.#serverSignature
    const given = Buffer.from(v, 'base64')
    if (expected === undefined || given.length !== expected.length || !timingSafeEqual(given, expected))
      throw new ScramError('the broker did not prove that it knows the password')
  }

  #hmac(key: Buffer, text: string): Buffer {
    return createHmac(this.#hash, key).update(text).digest()
  }
}

function attributes(message: string): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]))
}
