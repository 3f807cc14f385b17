import type { BrokerStatus } from '../core/broker-status.js'
import { counted } from '../core/counted.js'
import { VERSION } from '../core/version.js'

/**
 * Lines for people.
 * @param folder where the broker keeps what it keeps
 */
export function formatBrokerStatus(status: BrokerStatus, folder: string): string {
  const rows: [name: string, value: string][] = [
    ['Broker', `the embedded one, in ${folder}`],
    ['Running', `in the ${status.mode}, process ${status.pid}, since ${status.since}`],
    ['Version', versionText(status.version)],
    ['Listening on', [...status.listening, status.socket].join(', ')],
    ['Keeps', status.memory ? 'nothing on disk' : 'sessions, retained and queued messages'],
    ['Clients', String(status.clients)],
    ['Published', `${counted(status.published, 'message')} since it started`],
    ['Retained', counted(status.retained, 'message')],
    ['Queued', `${counted(status.queued, 'message')} for ${counted(status.sessions, 'session')}`]
  ]
  if (typeof status.storeFailure === 'string')
    rows.push([
      'Store',
      `cannot be written: ${status.storeFailure}; messages that have to be stored are refused`
    ])
  else if (!status.memory) rows.push(['Store', 'can be written'])
  for (const line of status.damage ?? []) rows.push(['Damaged', line])
  const { unreadable = 0 } = status
  if (unreadable > 0) rows.push(['Unreadable', `${counted(unreadable, 'stored message')}, not delivered`])
  if (status.dropped > 0) rows.push(['Dropped', `${counted(status.dropped, 'message')} for full queues`])
  return rows.map(([name, value]) => `${`${name}:`.padEnd(14)}${value}\n`).join('')
}

/** Version 0.1 does not tell it. */
function versionText(version = '0.1'): string {
  return version === VERSION ? version : `${version}, and this program is ${VERSION}`
}
