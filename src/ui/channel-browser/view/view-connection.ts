import type { ConnectionState } from '../../../core/connection-state.js'
import { formatAge } from '../figures.js'
import { type Line, span } from '../line.js'

/**
 * How it stands with the connection, the longest way of saying it first. Without a connection the figures are those of the time before.
 * @param now wall clock, in microseconds
 */
export function connectionTexts(state: ConnectionState, now: number): readonly Line[] {
  if (state.kind === 'recorded') return [[span('■ recorded')]]
  const age = now - state.since
  const time = age < 1_000_000 ? '' : ` for ${formatAge(age)}`
  if (state.kind === 'connecting') return [[span(`○ connecting${time}`)], [span('○ connecting')]]
  if (state.kind === 'live') return [[span(`● live${time}`)], [span('● live')]]
  const isEnded = state.kind === 'ended'
  const word = isEnded ? 'ended' : 'reconnecting'
  const since = isEnded && time !== '' ? ` ${formatAge(age)} ago` : time
  const short = `○ ${word}${since}, figures are old`
  return [`${short}: ${state.reason}`, short, `○ ${word}`].map((text) => [span(text, 'bad')])
}
