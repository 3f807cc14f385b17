import type { ParsedPattern } from '../core/channel-grammar.js'

export const SHARED = '$share'

/**
 * Takes the group out of `$share/GROUP/FILTER`, as MQTT writes the filter of a group [MQTT-4.8.2-1, MQTT-4.8.2-2]. Other protocols read it,
 * too, so that scripts for MQTT run unchanged.
 */
export function parseShared(text: string): ParsedPattern | { why: string } {
  if (text === SHARED) return { why: 'it names no group and no filter' }
  if (!text.startsWith(`${SHARED}/`)) return { pattern: text }
  const start = SHARED.length + 1
  const end = text.indexOf('/', start)
  const group = end < 0 ? text.slice(start) : text.slice(start, end)
  if (group === '') return { why: 'it names no group' }
  if (/[+#]/.test(group)) return { why: 'its group holds a wildcard' }
  if (end < 0 || end === text.length - 1) return { why: 'it names no filter after the group' }
  return { group, pattern: text.slice(end + 1) }
}
