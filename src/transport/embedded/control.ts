import { connect, createServer, type Server } from 'node:net'
import type { BrokerCounts } from './start-broker.js'

/** What a running broker says of itself. */
export interface BrokerStatus extends BrokerCounts {
  readonly pid: number
  /** Started by a command that needed it, or by `tidings broker`. */
  readonly mode: 'background' | 'foreground'
  readonly socket: string
  /** URLs of the other places where it listens. */
  readonly listening: readonly string[]
  /** Whether it forgets everything when it ends. */
  readonly memory: boolean
  /** ISO 8601. */
  readonly since: string
}

type Question = 'status' | 'stop'

/**
 * Answers `tidings broker status` and `stop`: one word and a newline in, one line of JSON out. The answer to `stop` is the end of
 * the connection, which comes when `stop` has resolved.
 */
export function createControl(status: () => BrokerStatus, stop: () => Promise<void>): Server {
  return createServer((socket) => {
    socket.setEncoding('utf8').setTimeout(10_000, () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.once('data', (word: string) => {
      const question = word.trim()
      if (question === 'status') socket.end(`${JSON.stringify(status())}\n`)
      else if (question === 'stop') {
        socket.setTimeout(0)
        const last = status()
        stop().then(
          () => socket.end(`${JSON.stringify({ ...last, storeFailure: status().storeFailure })}\n`),
          () => socket.destroy()
        )
      } else socket.destroy()
    })
  })
}

/** Asks the broker behind this control socket; `undefined` if nobody is there. After `stop` it has ended. */
export function askBroker(controlPath: string, question: Question): Promise<BrokerStatus | undefined> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(controlPath, () => socket.write(`${question}\n`))
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      answer += text
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () =>
      resolve(answer.endsWith('\n') ? (JSON.parse(answer) as BrokerStatus) : undefined)
    )
  })
}
