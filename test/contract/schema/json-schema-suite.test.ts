import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openContract } from '../../../src/contract/open-contract.js'
import { type JsonTree, jsonObject } from '../../../src/core/catalogue/json-tree.js'
import { parseJson } from '../../../src/core/catalogue/parse-json.js'
import type { Violation } from '../../../src/core/contract.js'
import { TidingsError } from '../../../src/core/errors.js'
import { isSuiteLeftOut, JSON_SCHEMA_SUITE } from '../../support/json-schema-suite.js'

const DRAFTS = [
  ['draft4', 'http://json-schema.org/draft-04/schema#'],
  ['draft6', 'http://json-schema.org/draft-06/schema#'],
  ['draft7', 'http://json-schema.org/draft-07/schema#'],
  ['draft2019-09', 'https://json-schema.org/draft/2019-09/schema'],
  ['draft2020-12', 'https://json-schema.org/draft/2020-12/schema']
] as const

/** What we know to be otherwise, by a part of the test's path, each with its reason. */
const KNOWN: readonly (readonly [path: RegExp, reason: string])[] = [
  [/^format\.json\/.* annotation by default$/, 'formats are checked, which the specification leaves open'],
  [
    /^(?:dynamicRef|recursiveRef)\.json\//,
    'a dynamic reference is taken for a plain one, and the user is told'
  ],
  [/\$(?:dynamic|recursive)Ref\//, 'a dynamic reference is taken for a plain one, and the user is told'],
  [/^unevaluatedItems\.json\/.*contains/, 'Ajv does not count what "contains" has looked at'],
  [/^unevaluatedItems\.json\/.*(?:nested items|minContains)/, 'Ajv does not count items of alternatives'],
  [/^unevaluated\w+\.json\/.*(?:then and else|then not defined)/, 'Ajv leaves out "if" without "then"'],
  [
    /^unknownKeyword\.json\//,
    'an "$id" in a keyword that nobody knows counts; later versions of the suite do not ask'
  ],
  [/^vocabulary\.json\//, 'each draft has the vocabulary of its own schema']
]

/** Why a schema is refused that the suite takes. */
const REFUSED: readonly (readonly [message: RegExp, reason: string])[] = [
  [/a reference names a place in a file, and no URL/, 'nothing is read from the network'],
  [/no such file/, 'the suite wants a file of another server'],
  [/\\p\{Letter\}/, 'RE2 has \\p{L} for it']
]

interface Group {
  readonly description: string
  readonly schema: unknown
  readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[]
}

function treeOf(schema: unknown, draft: string): JsonTree {
  const tree = parseJson(JSON.stringify(schema))
  return typeof tree === 'object' ? Object.assign(jsonObject({ $schema: draft }), tree) : tree
}

function open(schema: unknown, draft: string) {
  const load = (path: string) => {
    if (path === 'suite.json') return treeOf(schema, draft)
    throw new TidingsError('bad-input', 'no such file', { code: 'no-such-file' })
  }
  return openContract({ name: 'suite.json', form: 'json-schema', load }, { separator: '/' })
}

const isKept = (violations: readonly Violation[]) => violations.length === 0

async function failuresOf(
  file: string,
  { description, schema, tests }: Group,
  draft: string
): Promise<string[]> {
  try {
    const contract = await open(schema, draft)
    return tests.flatMap((test) => {
      const payload = Buffer.from(JSON.stringify(test.data))
      const violations = contract.check({ channel: 'a', payload, headers: [] })
      if (isKept(violations) === test.valid && violations.every(({ rule }) => rule !== 'limit')) return []
      const path = `${file}/${description}/${test.description}`
      return KNOWN.some(([known]) => known.test(path)) ? [] : [path]
    })
  } catch (error) {
    if (!(error instanceof TidingsError)) throw error
    return REFUSED.some(([message]) => message.test(error.message))
      ? []
      : [`${file}/${description}: ${error.message}`]
  }
}

describe.skipIf(isSuiteLeftOut)('the tests of JSON Schema', () => {
  it.each(DRAFTS)('of %s', async (folder, draft) => {
    const files = readdirSync(join(JSON_SCHEMA_SUITE, folder)).filter((file) => file.endsWith('.json'))
    expect(files.length).toBeGreaterThanOrEqual(30)
    const failures: string[] = []
    for (const file of files) {
      const groups: Group[] = JSON.parse(readFileSync(join(JSON_SCHEMA_SUITE, folder, file), 'utf8'))
      for (const group of groups) failures.push(...(await failuresOf(file, group, draft)))
    }
    expect(failures).toEqual([])
  })
})
