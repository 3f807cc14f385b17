import type { CelInput } from '@bufbuild/cel'

/**
 * What only one protocol has of a message, as CEL takes it: its fields by the names that they have in an envelope. Whole numbers stay whole.
 */
export function bindingInput(binding: object | undefined): CelInput {
  if (binding === undefined) return null
  const fields = new Map<string, CelInput>()
  for (const [name, value] of Object.entries(binding)) {
    const input = inputOf(value)
    if (input !== undefined) fields.set(name, input)
  }
  return fields
}

function inputOf(value: unknown): CelInput | undefined {
  if (Array.isArray(value)) return value.map(inputOf).filter((each) => each !== undefined)
  if (value instanceof Uint8Array) return value
  switch (typeof value) {
    case 'number':
      return Number.isInteger(value) ? BigInt(value) : value
    case 'string':
    case 'boolean':
    case 'bigint':
      return value
    default:
      return undefined
  }
}
