import type { ErrorObject, SchemaValidateFunction } from 'ajv'

/** If an object has the member, it needs the others. A list of a document: `dependentRequired`, or `dependencies` of older drafts. */
export interface MemberNeeds {
  readonly rule: 'dependentRequired' | 'dependencies'
  readonly member: string
  readonly needed: readonly string[]
}

/** More are not told of one object. */
const MOST_TOLD = 20

/**
 * Makes what checks an object. Ajv writes code for each name, which takes long and overflows the stack where there are thousands of names,
 * and takes a missing member with the empty name for none.
 * @param tells whether what is missing is told
 */
export function makeNeedsTest(tells: boolean): SchemaValidateFunction {
  const test: SchemaValidateFunction = (
    needs: readonly MemberNeeds[],
    value: object,
    parentSchema?: object
  ) => {
    const errors: Partial<ErrorObject>[] = []
    for (const { rule, member, needed } of needs) {
      if (!Object.hasOwn(value, member)) continue
      for (const missingProperty of needed) {
        if (Object.hasOwn(value, missingProperty)) continue
        if (!tells) return false
        if (errors.length < MOST_TOLD)
          errors.push({
            keyword: rule,
            params: { property: member, missingProperty },
            ...(parentSchema && { parentSchema })
          })
      }
    }
    test.errors = errors
    return errors.length === 0
  }
  return test
}
