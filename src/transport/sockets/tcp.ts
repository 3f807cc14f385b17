import { connect, type NetConnectOpts, type Socket } from 'node:net'

/**
 * Opens a plain TCP or unix socket. Rejects with the error of the system, or with the signal's reason; nothing stays open then.
 */
export function openPlainSocket(target: NetConnectOpts, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const socket = connect(target)
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

/** Opens a TCP socket. An acknowledgement must not wait for Nagle's algorithm, so that is off. */
export function openTcpSocket(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  // Node tries each address of a name for 250 ms only. A satellite link is slower, so every address would fail.
  return openPlainSocket({ host, port, noDelay: true, autoSelectFamilyAttemptTimeout: 1000 }, signal)
}
