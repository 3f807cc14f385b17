import type { OpenedSocket } from '../sockets/open-socket.js'

/**
 * How long the broker may take to say goodbye and to close, in milliseconds: after a second of waiting for confirms, Ctrl-C must still end
 * within two.
 */
const CLOSING_TIME = 500

/** Both sides part: destroys the socket, unless it closes soon. */
export function destroyLate(stream: OpenedSocket['stream']): void {
  const deadline = setTimeout(() => stream.destroy(), CLOSING_TIME)
  stream.once('close', () => clearTimeout(deadline))
}
