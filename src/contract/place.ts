import type { JsonTree } from '../core/catalogue/json-tree.js'

/** Where a value of a document stands. Its pointer is made only when it is told, because a document has many places. */
export interface Place {
  /** The name of the file, as a message names it. */
  readonly file: string
  readonly value: JsonTree
  /** What holds the value; absent for the value of a whole file. */
  readonly parent?: Place
  /** The name or position of the value in its parent; empty for the value of a whole file. */
  readonly step: string
}

/** The JSON pointer of a place in its file. */
export function pointerOf(place: Place): string {
  const steps: string[] = []
  for (let at: Place | undefined = place; at?.parent !== undefined; at = at.parent)
    steps.push(escapeStep(at.step))
  return steps.length === 0 ? '' : `/${steps.reverse().join('/')}`
}

/** A name as a step of a JSON pointer (RFC 6901). */
export const escapeStep = (step: string): string => step.replaceAll('~', '~0').replaceAll('/', '~1')
