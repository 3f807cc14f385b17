/** A name with more changes than this is another word, not a typing error. */
const MOST_CHANGES = 2
const MOST_IN_SHORT = 1
/** Letters of a short word, at most; dashes before it do not count. */
const SHORT = 4
const TOO_SHORT = 2

/** The name that was probably meant, or undefined if none is near. */
export function closestName(typed: string, names: readonly string[]): string | undefined {
  const distances = names.map((name) => ({ name, distance: editDistance(typed, name) }))
  const [nearest] = distances.sort((a, b) => a.distance - b.distance)
  const { length } = typed.replace(/^-+/, '')
  const most = length > SHORT ? MOST_CHANGES : length > TOO_SHORT ? MOST_IN_SHORT : 0
  return nearest && nearest.distance <= most ? nearest.name : undefined
}

/** How many letters must be put in, left out, replaced or swapped with their neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const here = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      here[column] = Math.min(
        (above[column] ?? 0) + 1,
        (here[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
        swapped && row > 1 && column > 1 ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY
      )
    }
    before = above
    above = here
  }
  return above[b.length] ?? 0
}
