import type { ConnectionNotice } from '../../core/connection.js'

/**
 * Tells that a lost connection is there again.
 * @param isGap the broker may not have kept everything for this reader meanwhile
 */
export function connectedAgain(url: string, isGap: boolean): ConnectionNotice {
  const gap = isGap ? '; what was published meanwhile may be missing' : ''
  return { kind: 'reconnected', text: `connected to "${url}" again${gap}`, isKept: !isGap }
}
