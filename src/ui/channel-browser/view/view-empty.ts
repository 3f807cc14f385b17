import type { ConnectionState } from '../../../core/connection-state.js'
import type { WatchedSource } from '../browser-options.js'
import { type Line, span } from '../line.js'
import type { World } from '../world.js'
import { shellLines } from './shell-lines.js'

const MARGIN = '   '

/** What is shown while there is no channel: what is waited for, where, as whom, and what the user can try. */
export function viewEmpty(world: World, columns: number): Line[] {
  const { title, state, watched } = world
  if (!watched) return [[], [span(` ${title} has no message on these channels.`)]]
  const { patterns, user, clientId, publishLine } = watched
  const as = [
    user ?? 'nobody (no user name is given)',
    ...(clientId() === '' ? [] : [`client id ${clientId()}`])
  ].join(', ')
  return [
    [],
    [span(` ${waiting(state)}`, state.kind === 'ended' || state.kind === 'reconnecting' ? 'bad' : 'strong')],
    [],
    fact('on', patterns.join(' ')),
    fact('at', title),
    fact('as', as),
    [],
    [span(` ${whatComes(watched)}`, 'dim')],
    [],
    [span(' Try', 'strong')],
    [span('   p', 'name'), span('  write a message and publish it here')],
    [span('   or type in another terminal:')],
    ...shellLines(publishLine, columns - MARGIN.length).map((line) => [span(MARGIN + line, 'string')])
  ]
}

function whatComes({ isRetaining, isListing }: WatchedSource): string {
  if (isRetaining) return 'Retained messages come at once, other messages when somebody publishes them.'
  if (isListing) return 'New messages come when somebody publishes them.'
  return 'This broker keeps no last messages: only new ones are seen.'
}

const fact = (name: string, value: string): Line => [span(`   ${name}  `, 'dim'), span(value, 'name')]

function waiting(state: ConnectionState): string {
  switch (state.kind) {
    case 'connecting':
      return 'Subscribing …'
    case 'reconnecting':
      return `The broker is away, tidings tries again: ${state.reason}`
    case 'ended':
      return `The connection has ended: ${state.reason}`
    default:
      return 'Waiting for messages …'
  }
}
