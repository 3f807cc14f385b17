import { counted } from '../core/counted.js'
import { formatGrouped } from '../core/grouped-number.js'
import type { IncidentEvent } from '../core/watching/incident.js'
import type { Told } from '../core/watching/watch-outcome.js'
import { beginningOf, endOf, newsOf, shownName } from './incident-words.js'
import { createTimeFormat } from './local-time.js'
import type { Theme } from './theme.js'

const PHASES = { began: 'BEGAN', moment: 'FOUND', ended: 'ENDED', lasting: 'STILL' } as const
const WORDS = { began: beginningOf, moment: beginningOf, ended: endOf, lasting: newsOf } as const

/**
 * Shows incidents to people, a line for each beginning and each end: `19:05:01.123  BEGAN #1  silence  device/1  no message for 30 s`. The lines
 * hold no control characters but their line feeds and our own colours, whatever the messages hold.
 */
export function createIncidentLines(theme: Theme): (told: Told) => string {
  const formatTime = createTimeFormat(theme.faint)
  const line = (event: IncidentEvent) => {
    const { incident, phase, time } = event
    const isEnd = phase === 'ended'
    const name = incident.channel === undefined ? '' : `${theme.channel(shownName(incident.channel))}  `
    const mark = `${PHASES[phase]} #${incident.number}`
    const words = WORDS[phase](incident)
    return `${formatTime(time)}  ${isEnd ? theme.text(mark) : theme.wrong(mark)}  ${incident.facts.kind}  ${name}${words}\n`
  }
  return ({ events, leftOut }) => {
    const lines = events.map(line).join('')
    if (leftOut === undefined) return lines
    const kinds = Array.from(leftOut, ([kind, { began, ended }]) => {
      const both = [
        ...(began > 0 ? [`${formatGrouped(began)} began`] : []),
        ...(ended > 0 ? [`${formatGrouped(ended)} ended`] : [])
      ]
      return `${kind}: ${both.join(', ')}`
    })
    const count = [...leftOut.values()].reduce((sum, { began, ended }) => sum + began + ended, 0)
    return `${lines}${theme.wrong(`and ${counted(count, 'line')} more within a second`)}  ${kinds.join('; ')}\n`
  }
}
