import { closeSync, openSync, writeSync } from 'node:fs'

/** Bytes that are written to a file at once. */
const BLOCK = 4_000_000

/** A payload of JSON with so many bytes. */
export function jsonOf(bytes: number): string {
  const frame = '{"sensor":"fridge-7","percent":4,"note":""}'
  return frame.replace('""}', `"${'x'.repeat(Math.max(0, bytes - frame.length))}"}`)
}

/** Writes so many lines to a file. */
export function writeLines(path: string, count: number, lineOf: (index: number) => string): void {
  const file = openSync(path, 'w')
  let block: string[] = []
  let size = 0
  for (let index = 0; index < count; index++) {
    const line = lineOf(index)
    block.push(line, '\n')
    size += line.length
    if (size < BLOCK && index + 1 < count) continue
    writeSync(file, block.join(''))
    block = []
    size = 0
  }
  closeSync(file)
}

/** An envelope line; its key, if it has one, chooses the partition. */
export const envelopeOf = (payload: string, facts: { readonly channel?: string; readonly key?: string }) =>
  `{${Object.entries(facts)
    .map(([name, value]) => `"${name}":${JSON.stringify(value)},`)
    .join('')}"payload":${payload},"encoding":"json"}`
