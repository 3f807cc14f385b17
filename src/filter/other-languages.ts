import { quoteName } from '../core/visible-text.js'

/** What people write who know jq, kcat or SQL, and what to write here instead. */

const MATCHES = 'write x.matches("...") for a regular expression'

const NOT = 'write "!" for not: !(...)'

/** Signs, without the white space within them. */
const SIGNS: Readonly<Record<string, string>> = {
  '=': 'write "==" to compare',
  '&': 'write "&&" for and',
  '|': 'write "||" for or',
  '=~': MATCHES,
  '~=': MATCHES,
  '~': MATCHES,
  '!~': `${MATCHES}, with "!" before it`,
  '<>': 'write "!=" for different',
  '|test': MATCHES
}

/** Words that stand where an operator must, in lower case. */
const OPERATORS: Readonly<Record<string, string>> = {
  and: 'write "&&" for and',
  or: 'write "||" for or',
  not: NOT,
  in: 'write "in" in small letters',
  is: 'write "==" to compare',
  like: 'write x.matches("...") or x.contains("...")'
}

/** Functions, in lower case. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  test: MATCHES,
  match: MATCHES,
  startswith: 'write x.startsWith("...")',
  endswith: 'write x.endsWith("...")',
  length: 'write size(x)',
  len: 'write size(x)',
  not: NOT,
  select: 'leave select() out: write only what is within it',
  has: 'has() asks for a member: has(payload.temp); for a payload at all, write payload != null'
}

/** Names of facts of a message. */
const NAMES: Readonly<Record<string, string>> = {
  topic: 'channel',
  value: 'payload',
  partition: 'kafka.partition',
  offset: 'kafka.offset'
}

const find = (words: Readonly<Record<string, string>>, word: string): string | undefined =>
  Object.hasOwn(words, word) ? words[word] : undefined

/** What to write instead of a sign that means nothing here. */
export const insteadOfSign = (sign: string) => find(SIGNS, sign.replace(/\s/g, ''))

/** What to write instead of a word where an operator must stand. */
export const insteadOfOperator = (word: string) => find(OPERATORS, word.toLowerCase())

/** What to write instead of a function that does not exist, or not with such arguments. */
export const insteadOfFunction = (name: string) => find(FUNCTIONS, name.toLowerCase())

/** How a fact that others name so is called here. */
export const insteadOfName = (name: string) => find(NAMES, name)

/** A member whose name has dashes, which are minus signs in an expression: what to write instead. @param part one of the words between them */
export function dashedMember(expression: string, part: string): string | undefined {
  for (const [, owner, member = ''] of expression.matchAll(DASHED))
    if (member.split('-').includes(part)) return `the member ${quoteName(member)} is ${owner}["${member}"]`
  return undefined
}

const DASHED = /\b((?:payload|headers)(?:\.\w+)*?)\.(\w+(?:-\w+)+)/g
