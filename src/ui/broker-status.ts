import { VERSION } from '../core/version.js'
import { counted } from './counted.js'

/** What `tidings broker status` shows. */
export interface ShownStatus {
  /** Absent: 0.1. */
  readonly version?: string
  readonly pid: number
  readonly mode: 'background' | 'foreground'
  readonly socket: string
  readonly listening: readonly string[]
  readonly memory: boolean
  readonly since: string
  readonly clients: number
  readonly published: number
  readonly retained: number
  readonly sessions: number
  readonly queued: number
  readonly dropped: number
}

/** Lines for people. */
export function formatBrokerStatus(status: ShownStatus): string {
  const rows: [name: string, value: string][] = [
    ['Running', `in the ${status.mode}, process ${status.pid}, since ${status.since}`],
    ['Version', versionText(status.version)],
    ['Listening on', [...status.listening, status.socket].join(', ')],
    ['Keeps', status.memory ? 'nothing on disk' : 'sessions, retained and queued messages'],
    ['Clients', String(status.clients)],
    ['Published', `${counted(status.published, 'message')} since it started`],
    ['Retained', counted(status.retained, 'message')],
    ['Queued', `${counted(status.queued, 'message')} for ${counted(status.sessions, 'session')}`]
  ]
  if (status.dropped > 0) rows.push(['Dropped', `${counted(status.dropped, 'message')} for full queues`])
  return rows.map(([name, value]) => `${`${name}:`.padEnd(14)}${value}\n`).join('')
}

/** Version 0.1 does not tell it. */
function versionText(version = '0.1'): string {
  return version === VERSION ? version : `${version}, and this program is ${VERSION}`
}
