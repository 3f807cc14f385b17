import { connect, type NetConnectOpts, type OnReadOpts, type Socket } from 'node:net'
import { viewOf } from '../../core/utf8.js'
import type { ReadInto } from './read-into.js'

/**
 * Opens a plain TCP or unix socket. Rejects with the error of the system, or with the signal's reason; nothing stays open then.
 */
export function openPlainSocket(target: NetConnectOpts, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const socket = connect(target)
    if (target.onread !== undefined) socket.pause()
    const giveUp = (error: unknown) => {
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
      reject(error)
    }
    const onAbort = () => giveUp(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    socket.once('error', giveUp)
    socket.once('connect', () => {
      signal.removeEventListener('abort', onAbort)
      socket.off('error', giveUp)
      resolve(socket)
    })
  })
}

/**
 * Opens a TCP socket. An acknowledgement must not wait for Nagle's algorithm, so that is off.
 * @param into gets what comes, in the place of who listens to the socket; nothing comes before `resume`
 */
export function openTcpSocket(
  host: string,
  port: number,
  signal: AbortSignal,
  into?: ReadInto
): Promise<Socket> {
  // Node tries each address of a name for 250 ms only. A satellite link is slower, so every address would fail.
  const target = { host, port, noDelay: true, autoSelectFamilyAttemptTimeout: 1000 }
  return openPlainSocket(into === undefined ? target : { ...target, onread: readingInto(into) }, signal)
}

const readingInto = (into: ReadInto): OnReadOpts => ({
  buffer: () => into.room(),
  callback: (size, room) => {
    into.came(viewOf(room, 0, size))
    return true
  }
})
