import fs from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** Who follows more links than this goes round in a circle. */
const MOST_LINKS = 40

/**
 * Whether two names are those of one regular file, also by a link, and also where the file is still to be made. What is written to a device
 * or a pipe takes the place of nothing.
 */
export function isSameFile(one: string, other: string): boolean {
  const first = factsOf(one)
  const second = factsOf(other)
  if (first === undefined && second === undefined) return placeOf(one) === placeOf(other)
  return (
    first !== undefined &&
    second !== undefined &&
    first.isFile() &&
    first.ino === second.ino &&
    first.dev === second.dev
  )
}

/** Numbers of files do not always fit into a number of JavaScript. */
function factsOf(path: string): fs.BigIntStats | undefined {
  try {
    return fs.statSync(path, { bigint: true })
  } catch {
    return undefined
  }
}

/** Where a file will be that does not exist yet: a link may lead there, and so may its folder. */
function placeOf(path: string): string {
  let place = resolve(path)
  for (let links = 0; links < MOST_LINKS; links++) {
    try {
      place = join(fs.realpathSync(dirname(place)), basename(place))
      place = resolve(dirname(place), fs.readlinkSync(place))
    } catch {
      return place
    }
  }
  return place
}
