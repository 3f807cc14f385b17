import { diagnoseTls } from '../sockets/tls-trouble.js'
import { diagnoseWebSocket } from '../sockets/web-socket-trouble.js'

/** Why a network connection that worked is lost, in words on one line. */
export function lossWords(error: Error): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ECONNRESET') return 'the connection was reset'
  // The other side had closed it, and we were still writing.
  if (code === 'EPIPE') return 'the broker closed the connection'
  if (code === 'ETIMEDOUT') return 'the network does not answer'
  return (diagnoseWebSocket(error) ?? diagnoseTls(error))?.why ?? error.message.replace(/\s+/g, ' ')
}
