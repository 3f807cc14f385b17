import { TidingsError } from '../../core/errors.js'
import type { NetworkEnd } from './network-target.js'

/** A connection that lasted this long (in milliseconds) counts as working. */
const WORKED_TIME = 1000
const PROTOCOL_ERROR_LIMIT = 5

/** Reply codes by which a broker says that it cannot read what we sent: the same bytes get the same answer. */
const FIRST_PROTOCOL_ERROR = 501
const LAST_PROTOCOL_ERROR = 505

/** Decides after each end whether to connect again. */
export class EndVerdict {
  #protocolErrors = 0

  /** Why the connection has ended for good, or `undefined` to connect again. */
  judge(end: NetworkEnd, url: string): TidingsError | undefined {
    const { kind, code = 0, lasted, reason } = end
    const isProtocolError =
      kind === 'protocol-error' || (code >= FIRST_PROTOCOL_ERROR && code <= LAST_PROTOCOL_ERROR)
    if (isProtocolError) this.#protocolErrors++
    else if (lasted > WORKED_TIME) this.#protocolErrors = 0
    if (this.#protocolErrors < PROTOCOL_ERROR_LIMIT) return undefined
    return new TidingsError(
      'unfinished',
      `lost the connection to "${url}": ${reason}, ${PROTOCOL_ERROR_LIMIT} times`,
      {
        code: 'protocol-error',
        details: { broker: url },
        suggestion: 'the broker and tidings read AMQP 0-9-1 differently, so please report it'
      }
    )
  }
}

/** Whether a connection that has ended had worked, so that the next attempt need not wait long. */
export const hasWorked = ({ lasted }: NetworkEnd): boolean => lasted > WORKED_TIME
