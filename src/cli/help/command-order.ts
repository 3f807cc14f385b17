/** The commands and groups in the order in which a new user needs them. */
const ORDER = [
  'publish',
  'subscribe',
  'channels',
  'watch',
  'record',
  'replay',
  'outbox',
  'session',
  'broker',
  'profile',
  'commands',
  'completion',
  'help'
]

/** Sorts names of commands and groups in the order of use; a name that is not in it comes after the others, by its letters. */
export function inOrderOfUse<Named>(things: readonly Named[], nameOf: (thing: Named) => string): Named[] {
  const rank = (name: string) => {
    const at = ORDER.indexOf(name.split(/[: ]/, 1)[0] ?? name)
    return at < 0 ? ORDER.length : at
  }
  return things.toSorted((a, b) => {
    const [one, other] = [nameOf(a), nameOf(b)]
    return rank(one) - rank(other) || (one < other ? -1 : 1)
  })
}
