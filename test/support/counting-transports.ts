import { TidingsError } from '../../src/core/errors.js'
import type { Transports } from '../../src/core/protocol.js'
import { transports } from '../../src/transport/transports.js'

/** The protocols of this program, but opening a connection is only counted and refused. */
export function countingTransports(): { readonly opened: () => number; readonly transports: Transports } {
  let opened = 0
  return {
    opened: () => opened,
    transports: {
      ...transports,
      async find(brokers) {
        const spoken = await transports.find(brokers)
        const open = async () => {
          opened++
          throw new TidingsError('connect', 'cannot connect: nobody is to', { code: 'counted' })
        }
        return { ...spoken, protocol: { ...spoken.protocol, open } }
      }
    }
  }
}
