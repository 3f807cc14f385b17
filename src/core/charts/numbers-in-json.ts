/** Numbers that lie deeper are not looked for. */
const DEEPEST = 32

/**
 * Tells the numbers of a JSON text with their JSON pointers (RFC 6901), the first `most` of them. `true` counts as 1 and `false` as 0.
 * Numbers beyond the range of a double are left out. A text that is not JSON has none. Takes linear time.
 * @returns how many numbers were told
 */
export function numbersInJson(
  text: string,
  most: number,
  take: (pointer: string, value: number) => void
): number {
  const first = text.charCodeAt(0)
  if (isLetter(first) && !text.startsWith('true') && !text.startsWith('false')) return 0
  let left = most
  const visit = (value: unknown, parent: string, name: string | number | undefined, depth: number) => {
    if (typeof value === 'number' || typeof value === 'boolean') {
      const number = Number(value)
      if (!Number.isFinite(number)) return
      left--
      take(pointerOf(parent, name), number)
    } else if (typeof value === 'object' && value !== null && depth < DEEPEST) {
      visitMembers(value, pointerOf(parent, name), depth + 1)
    }
  }
  const visitMembers = (value: object, pointer: string, depth: number) => {
    if (Array.isArray(value)) {
      for (let at = 0; at < value.length && left > 0; at++) visit(value[at], pointer, at, depth)
      return
    }
    for (const [name, member] of Object.entries(value)) {
      if (left <= 0) return
      visit(member, pointer, name, depth)
    }
  }
  visit(parsed(text), '', undefined, 0)
  return most - left
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function pointerOf(parent: string, name: string | number | undefined): string {
  if (name === undefined) return parent
  if (typeof name === 'number' || !/[~/]/.test(name)) return `${parent}/${name}`
  return `${parent}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}
