import type { OpenedState } from './open-state.js'

/** What was lost with damaged parts of a store, and what is kept: a line each. Empty if nothing is damaged. */
export function damageReport({ state, damage }: OpenedState): readonly string[] {
  if (damage.length === 0) return []
  const lost = damage.map(({ what, messages }) =>
    messages === undefined
      ? what
      : `${what}: up to ${messages} ${messages === 1 ? 'message is' : 'messages are'} lost`
  )
  return [...lost, `whole and kept: ${state.queued} waiting and ${state.retained.count} retained messages`]
}
