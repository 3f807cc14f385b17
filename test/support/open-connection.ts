import type { OpenConnection } from '../../src/core/connection.js'
import { transports } from '../../src/transport/transports.js'

/** Connects as a command does: by the protocol that the brokers' URLs name. */
export const openConnection: OpenConnection = async (options) =>
  (await transports.find(options.brokers)).protocol.open(options)
