import type { Password } from '../../core/connection.js'
import { visibleText } from '../../core/visible-text.js'
import { type SaslAnswer, saslAuthenticate, saslHandshake } from './api/sasl.js'
import { SASL_MECHANISMS, type SaslName } from './kafka-url.js'
import type { NodeConnection } from './node-connection.js'
import { ScramClient } from './scram.js'
import { whyNoToken } from './token-refusal.js'

/** Who logs in, and how. */
export interface Login {
  readonly sasl: SaslName
  /** Not needed for OAUTHBEARER. */
  readonly username: string
  /** With OAUTHBEARER: the token. */
  readonly password: Password
}

/** The broker did not let the client in. */
export class LoginError extends Error {
  /**
   * @param code `mechanism`: the broker has other ways of logging in. `no-login`: it has none at this port. `credentials`, `token`: it did not accept them.
   * @param others the other ways of logging in that the broker has and tidings knows
   */
  constructor(
    readonly code: 'mechanism' | 'no-login' | 'credentials' | 'token',
    message: string,
    readonly others: readonly SaslName[] = []
  ) {
    super(message)
  }
}

const SASL_NAMES = Object.keys(SASL_MECHANISMS) as SaslName[]

/** Logs in on a connection that has begun. Resolves to the milliseconds until it has to be done again, 0 for never. */
export async function logIn(node: NodeConnection, { sasl, username, password }: Login): Promise<number> {
  const mechanism = SASL_MECHANISMS[sasl]
  const { error, mechanisms } = await node.request(saslHandshake, mechanism)
  if (error !== 0 && mechanisms.length === 0)
    throw new LoginError('no-login', 'nobody logs in at this port of the broker')
  const others = SASL_NAMES.filter((name) => name !== sasl && mechanisms.includes(SASL_MECHANISMS[name]))
  if (error !== 0)
    throw new LoginError(
      'mechanism',
      `the broker has no ${mechanism}, but ${visibleText(mechanisms.join(', '))}`,
      others
    )
  const say = async (bytes: Uint8Array): Promise<SaslAnswer> => {
    const answer = await node.request(saslAuthenticate, bytes)
    if (answer.error === 0) return answer
    const why = visibleText(answer.message ?? 'the credentials were not accepted')
    throw new LoginError('credentials', why, others)
  }
  if (sasl === 'plain') {
    const nul = Buffer.alloc(1)
    return (await say(Buffer.concat([nul, Buffer.from(username), nul, Buffer.from(password)]))).lifetime
  }
  if (sasl === 'oauthbearer') {
    const { bytes, lifetime } = await say(bearer(password))
    if (bytes.length === 0) return lifetime
    // RFC 7628, section 3.2.2: this is a refusal, which no error code says. The broker closes the connection.
    throw new LoginError('token', whyNoToken(password, bytes.toString(), Date.now()))
  }
  const scram = new ScramClient(sasl === 'scram-sha-256' ? 'sha256' : 'sha512', username, password)
  const first = await say(scram.first())
  const last = await say(await scram.final(first.bytes.toString()))
  scram.verify(last.bytes.toString())
  return last.lifetime
}

/** RFC 7628, section 3.1; control-A divides the parts. */
const bearer = (token: Password): Buffer =>
  Buffer.concat([Buffer.from('n,,\x01auth=Bearer '), Buffer.from(token), Buffer.from('\x01\x01')])
