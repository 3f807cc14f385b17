/** More changes than this make another word, not a slip of the finger. */
const MOST_CHANGES = 2

/** The name that was probably meant, or undefined if none is near. */
export function closestName(typed: string, names: readonly string[]): string | undefined {
  const distances = names.map((name) => ({ name, distance: editDistance(typed, name) }))
  const [nearest] = distances.sort((a, b) => a.distance - b.distance)
  return nearest && nearest.distance <= MOST_CHANGES && typed.length > 3 ? nearest.name : undefined
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
