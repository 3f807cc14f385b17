import type { Diagnosis } from './diagnosis.js'

/** The server answered the WebSocket handshake with another HTTP status than 101. */
export class UpgradeRefused extends Error {
  /** @param location where the server sends its clients, as its answer says */
  constructor(
    readonly status: number,
    readonly location?: string
  ) {
    super(`the server answered the WebSocket handshake with HTTP status ${status}`)
  }
}

/** The broker closed the WebSocket, perhaps with a code (RFC 6455, section 7.4) and a reason that say why. */
export class WebSocketClosed extends Error {
  /** Whether the broker gave a reason, and did not only close. */
  readonly saysWhy: boolean

  constructor(code: number, reason: string) {
    const saysWhy = reason !== '' || !SAYING_NOTHING.has(code)
    const words = [CLOSE_CODES.get(code), oneLine(reason)].filter((part) => part !== undefined && part !== '')
    super(
      saysWhy
        ? `the broker closed the WebSocket (${[code, ...words].join(', ')})`
        : 'the broker closed the connection'
    )
    this.saysWhy = saysWhy
  }
}

/** Codes without a reason: a normal end (1000). The library reports 1005 for a close without a code, and 1006 for no close frame at all. */
const SAYING_NOTHING = new Set([1000, 1005, 1006])

const CLOSE_CODES: ReadonlyMap<number, string> = new Map([
  [1001, 'the broker shuts down'],
  [1002, 'protocol error'],
  [1003, 'data not supported'],
  [1007, 'invalid data'],
  [1008, 'policy violation'],
  [1009, 'message too big'],
  [1011, 'internal error'],
  [1012, 'the broker restarts'],
  [1013, 'try again later'],
  [1014, 'bad gateway']
])

/** Our words for the library's errors about a handshake that it cannot accept. */
const HANDSHAKES: readonly (readonly [RegExp, Diagnosis])[] = [
  [
    /subprotocol/i,
    { code: 'websocket-refused', why: 'the server speaks WebSocket, but not this protocol over it' }
  ],
  [
    /^Invalid (Upgrade|Sec-WebSocket-)|Sec-WebSocket-Extensions/,
    { code: 'not-websocket', why: 'the answer is not a WebSocket handshake' }
  ],
  [/^Parse Error/, { code: 'not-websocket', why: 'the answer is not HTTP' }]
]

/**
 * What is wrong with a WebSocket, in words; undefined if the error is not one of WebSocket. Suggestions about paths and ports come from the
 * protocol that uses the WebSocket.
 */
export function diagnoseWebSocket(error: Error): Diagnosis | undefined {
  if (error instanceof UpgradeRefused) return diagnoseRefusal(error)
  if (error instanceof WebSocketClosed) {
    // The code of a plain close: a protocol may conclude from it which version the broker knows.
    return { code: 'connection-closed', why: error.message, suggestion: "look into the broker's log" }
  }
  const { code } = error as NodeJS.ErrnoException
  if (typeof code === 'string' && code.startsWith('WS_ERR_')) return diagnoseFrame(code)
  return HANDSHAKES.find(([words]) => words.test(error.message))?.[1]
}

function diagnoseFrame(code: string): Diagnosis {
  const why =
    code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'
      ? 'the broker sent a WebSocket frame that is too large'
      : `the broker sent an invalid WebSocket frame (${code.slice('WS_ERR_'.length).toLowerCase().replaceAll('_', ' ')})`
  return { code: 'not-websocket', why }
}

function diagnoseRefusal({ status, location, message }: UpgradeRefused): Diagnosis {
  const diagnosis = (why: string, suggestion?: string): Diagnosis => ({
    code: 'websocket-refused',
    why,
    suggestion
  })
  if (status >= 300 && status < 400) {
    const target = elsewhere(location)
    if (target === undefined) return diagnosis(`${message}: it redirects its clients`)
    return diagnosis(`${message}: it redirects its clients to "${target}"`, `--broker ${target}`)
  }
  if (status === 401 || status === 403) return diagnosis(message, 'check --ws-header and the credentials')
  if (status === 407)
    return diagnosis(message, 'a proxy on the way to the broker asks for credentials: ask its operator')
  if (status === 429) return diagnosis(`${message}: too many requests`, 'try again later: --wait 1m')
  if (status >= 500) {
    const why = status === 503 ? 'the broker is not available' : 'the broker, or a proxy before it, failed'
    return diagnosis(`${message}: ${why}`, 'try again later: --wait 1m')
  }
  return diagnosis(message)
}

/** The URL of a `Location`, written as a broker's URL, without credentials and query; undefined where it is relative or not valid. */
function elsewhere(location: string | undefined): string | undefined {
  if (location === undefined || !URL.canParse(location)) return undefined
  const { protocol, host, pathname } = new URL(location)
  const scheme = { 'http:': 'ws', 'ws:': 'ws', 'https:': 'wss', 'wss:': 'wss' }[protocol]
  const target = `${scheme}://${host}${pathname}`
  // A user may paste it into a shell, which must not find a command in it.
  return scheme !== undefined && /^[\w:/.%~+[\]-]+$/.test(target) ? target : undefined
}

/** Puts the broker's text on one line, without control characters, so that it cannot move the cursor. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
}
