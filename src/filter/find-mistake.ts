import { insteadOfOperator, insteadOfSign } from './other-languages.js'

/** What is wrong in the text of an expression, and where. */
export interface Mistake {
  /** Counted from 0, in UTF-16 code units. */
  readonly offset: number
  /** In words, as the rest of a sentence after a colon. */
  readonly why: string
}

const TOKEN =
  /(?<space>(?:\s|\/\/[^\n]*)+)|(?<text>[rRbB]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))|(?<open>[rRbB]{0,2}["'])|(?<number>0[xX][\da-fA-F]+[uU]?|(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?[uU]?)|(?<name>[A-Za-z_]\w*)|(?<foreign>=~|~=|!~|<>|\|\s*test\b)|(?<sign>&&|\|\||[=!<>]=|[-!<>+*/%?:.,()[\]{}])|(?<other>[\s\S])/guy

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

interface Token {
  readonly kind: string
  readonly text: string
  readonly offset: number
}

/**
 * Finds the first place where a text stops being an expression of CEL. The parser of the library goes back to where its last attempt
 * began, so the place that it names is often far before the mistake. `undefined` where only that parser knows.
 */
export function findMistake(text: string): Mistake | undefined {
  const open: Token[] = []
  let needsValue = true
  let before: Token | undefined
  for (const token of tokensOf(text)) {
    const mistake =
      unusable(token) ?? (needsValue ? atValue(token, before, open) : behindValue(token, before, open))
    if (mistake !== undefined) return negationBefore(token, before) ?? { offset: token.offset, why: mistake }
    if (token.text in CLOSERS) open.push(token)
    if (isCloser(token)) open.pop()
    needsValue = needsValueAfter(token)
    before = token
  }
  const unclosed = open.at(-1)
  if (text.trim() === '') return { offset: 0, why: 'it is empty' }
  if (needsValue && before) return { offset: text.length, why: `a value is missing after "${before.text}"` }
  return unclosed && { offset: unclosed.offset, why: `"${unclosed.text}" is not closed` }
}

/** `not x`: the mistake is the word before the value. */
function negationBefore({ kind }: Token, before: Token | undefined): Mistake | undefined {
  const isNegation = kind !== 'sign' && before?.kind === 'name' && /^not$/i.test(before.text)
  const why = isNegation ? insteadOfOperator('not') : undefined
  return before && why !== undefined ? { offset: before.offset, why } : undefined
}

function* tokensOf(text: string): Generator<Token> {
  for (const match of text.matchAll(TOKEN)) {
    const [kind = 'other'] = Object.entries(match.groups ?? {}).find(([, part]) => part !== undefined) ?? []
    if (kind !== 'space') yield { kind, text: match[0], offset: match.index }
  }
}

const isCloser = ({ kind, text }: Token) => kind === 'sign' && /^[)\]}]$/.test(text)

const needsValueAfter = (token: Token) => token.text === 'in' || (token.kind === 'sign' && !isCloser(token))

/** Why a token is none, wherever it stands. */
function unusable({ kind, text }: Token): string | undefined {
  if (kind === 'open') return 'a text has no closing quote'
  if (kind === 'other' || kind === 'foreign') return insteadOfSign(text) ?? `"${text}" means nothing here`
  return undefined
}

/** What is wrong with a token where a value must begin. */
function atValue(token: Token, before: Token | undefined, open: readonly Token[]): string | undefined {
  const { kind, text } = token
  if (before?.text === '.') return kind === 'name' ? undefined : 'a name must follow after "."'
  if (kind !== 'sign') return text === 'in' ? 'a value is missing before "in"' : undefined
  if (/^[-!([{.]$/.test(text)) return undefined
  // Lists, maps and arguments may be empty, and a list may end with a comma.
  const isEmpty = isCloser(token) && before !== undefined && (before.text in CLOSERS || before.text === ',')
  return isEmpty ? closing(token, open) : `a value is missing before "${text}"`
}

/** What is wrong with a token behind a value. */
function behindValue(token: Token, before: Token | undefined, open: readonly Token[]): string | undefined {
  const { kind, text } = token
  if (text === 'in') return undefined
  if (kind !== 'sign' || text === '!')
    return insteadOfOperator(text) ?? `an operator is missing before "${text}"`
  if (text === '(' && before?.kind !== 'name') return 'an operator is missing before "("'
  if (text === ',' && open.length === 0) return '"," stands outside of brackets'
  return isCloser(token) ? closing(token, open) : undefined
}

function closing({ text }: Token, open: readonly Token[]): string | undefined {
  const last = open.at(-1)
  if (last === undefined) return `"${text}" closes nothing`
  return CLOSERS[last.text] === text ? undefined : `"${text}" does not close "${last.text}"`
}
