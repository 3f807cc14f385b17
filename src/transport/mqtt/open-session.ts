import { openSocket } from '../sockets/open-socket.js'
import { AttemptError } from './connect-failure.js'
import { MqttSession } from './mqtt-session.js'
import type { ExchangeLink, Session, SessionTarget } from './session.js'

/**
 * Opens a socket and connects over it. Rejects with what `connectFailure` can name, or with the signal's reason; nothing stays
 * open then.
 */
export async function openSession(
  target: SessionTarget,
  link: ExchangeLink,
  signal: AbortSignal
): Promise<Session> {
  const attempt = new AbortController()
  const timer = setTimeout(() => {
    attempt.abort(new AttemptError('timeout', `no answer within ${target.timeout} ms`))
  }, target.timeout)
  const onAbort = () => attempt.abort(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    signal.throwIfAborted()
    const socket = await orAborted(openSocket(target.url, target.sockets, attempt.signal), attempt.signal)
    const session = new MqttSession(target, link, socket)
    await session.connect(attempt.signal)
    return session
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}

/** Not everything on the way to a socket can be stopped: a name look-up and the local broker's start go on unheeded. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = () => {}
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
