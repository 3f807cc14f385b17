import { connect, createServer, type Server } from 'node:net'
import type { BrokerStatus } from '../../core/broker-status.js'
import { isOlder, VERSION } from '../../core/version.js'

/**
 * `stop PID` stops the broker only if it is this process; ` stop` only if it is of version 0.1, which does not tell it from `stop`. In the
 * time between `status` and `stop` another process may have become the broker.
 */
type Question = 'status' | 'stop' | `stop ${number}` | ' stop'

/**
 * Answers `tidings broker status` and `stop`: one word and a newline in, one line of JSON out. The answer to `stop` is the end of
 * the connection, which comes when `stop` has resolved.
 */
export function createControl(
  status: () => Omit<BrokerStatus, 'version'>,
  stop: () => Promise<void>
): Server {
  const answer = () => `${JSON.stringify({ version: VERSION, ...status() })}\n`
  return createServer((socket) => {
    socket.setEncoding('utf8').setTimeout(10_000, () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.once('data', (question: string) => {
      if (question === 'status\n') socket.end(answer())
      else if (question === 'stop\n' || question === `stop ${process.pid}\n`) {
        socket.setTimeout(0)
        const last = { version: VERSION, ...status() }
        stop().then(
          () => socket.end(`${JSON.stringify({ ...last, storeFailure: status().storeFailure })}\n`),
          () => socket.destroy()
        )
      } else socket.destroy()
    })
  })
}

/**
 * Asks the broker behind this control socket; `undefined` if nobody is there, or nobody has answered after `patience` milliseconds. After
 * `stop` it has ended.
 */
export function askBroker(
  controlPath: string,
  question: Question,
  patience?: number
): Promise<BrokerStatus | undefined> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(controlPath, () => socket.write(`${question}\n`))
    const timer = patience === undefined ? undefined : setTimeout(() => socket.destroy(), patience)
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      answer += text
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(answer.endsWith('\n') ? (JSON.parse(answer) as BrokerStatus) : undefined)
    })
  })
}

/** Whether a broker gives place to one of this program's version. One in the foreground is somebody's to end. */
export function isReplaceable({ version, mode }: Pick<BrokerStatus, 'version' | 'mode'>): boolean {
  return mode === 'background' && isOlder(version)
}

/** Stops the broker that has given this status, and no other. Resolves once it has ended, or `patience` milliseconds have passed. */
export async function stopBroker(
  controlPath: string,
  { version, pid }: Pick<BrokerStatus, 'version' | 'pid'>,
  patience?: number
): Promise<void> {
  await askBroker(controlPath, version === undefined ? ' stop' : `stop ${pid}`, patience)
}
