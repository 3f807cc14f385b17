/** This program's version, as in package.json. */
export const VERSION = '0.2.0'

/** Whether a version is lower than this program's. A broker that tells none is of 0.1. */
export function isOlder(version: string | undefined): boolean {
  const [theirs, ours] = [version ?? '0.1', VERSION].map((text) => text.split('.').map(Number.parseFloat))
  for (const at of [0, 1, 2]) {
    const difference = (theirs?.[at] ?? 0) - (ours?.[at] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}
