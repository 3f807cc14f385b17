import type { Assurance } from '../core/assurance.js'
import { formatGrouped } from '../core/grouped-number.js'

/** Says how sure the delivery is: `acknowledged`, `sent`, `3 acknowledged, 2 sent with QoS 0; nobody is subscribed`. */
export function formatAssurance(assurance: Assurance): string {
  const { acknowledged, unassured } = assurance
  const confirmed = acknowledged - unassured
  const how =
    unassured === 0
      ? 'acknowledged'
      : confirmed === 0
        ? 'sent'
        : `${formatGrouped(confirmed)} acknowledged, ${formatGrouped(unassured)} sent with QoS 0`
  return how + unheardNote(assurance)
}

/** The end of a sentence where nobody is subscribed; empty otherwise. */
export function unheardNote({ acknowledged, unheard }: Assurance): string {
  if (unheard === 0) return ''
  return `; nobody is subscribed${unheard === acknowledged ? '' : ` to ${formatGrouped(unheard)} of them`}`
}
