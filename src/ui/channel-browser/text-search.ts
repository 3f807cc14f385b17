import { TidingsError } from '../../core/errors.js'

/** A part of a text, in code units: from the first to before the last. */
export interface Hit {
  readonly from: number
  readonly to: number
}

/** What is looked for in texts. */
export interface TextSearch {
  matches(text: string): boolean
  /** The places in a text that match, from its beginning on, without overlap. Of a very long text only the beginning is looked at. */
  hits(text: string): readonly Hit[]
  /** Whether it is a regular expression, which takes ten times as long as a text. */
  readonly isExpression: boolean
}

/** Matches no text. */
export const NOTHING: TextSearch = { matches: () => false, hits: () => [], isExpression: false }

/** Nobody looks at more marks in one text. */
const MOST_HITS = 1000
/** Marking takes place while the screen is drawn: characters that are read for it, of an expression and of a text. */
const LONGEST_FOR_EXPRESSION = 32 * 1024
const LONGEST = 512 * 1024

/**
 * What to look for: a text (in any case, unless it has capital letters), or a regular expression between slashes. Expressions are matched
 * in linear time, whatever they are and whatever the broker sends. Rejects with a `TidingsError` of kind usage if the expression is not one.
 */
export async function compileSearch(text: string): Promise<TextSearch> {
  const expression = /^\/(.+)\/(i?)$/s.exec(text)
  if (!expression) return searchForText(text)
  const [, source = '', ignoreCase] = expression
  const { RE2JS } = await import('re2js')
  try {
    const compiled = RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
    return {
      isExpression: true,
      matches: (searched) => compiled.matcher(searched).find(),
      hits(searched) {
        const matcher = compiled.matcher(searched.slice(0, LONGEST_FOR_EXPRESSION))
        const hits: Hit[] = []
        while (hits.length < MOST_HITS && matcher.find())
          hits.push({ from: matcher.start(), to: matcher.end() })
        return hits.filter(({ from, to }) => to > from)
      }
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new TidingsError('usage', `cannot search for "${text}": ${reason}`, {
      code: 'bad-regular-expression',
      details: { reason }
    })
  }
}

function searchForText(wanted: string): TextSearch {
  // Lower case can be longer than the text, so that places in it are not places in the text. An expression has no such shift.
  const flags = wanted === wanted.toLowerCase() ? 'iu' : 'u'
  const literal = wanted.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  const once = new RegExp(literal, flags)
  const every = new RegExp(literal, `g${flags}`)
  return {
    isExpression: false,
    matches: (searched) => once.test(searched),
    hits(searched) {
      const hits: Hit[] = []
      for (const { index, 0: found } of searched.slice(0, LONGEST).matchAll(every)) {
        if (found !== '') hits.push({ from: index, to: index + found.length })
        if (hits.length === MOST_HITS) break
      }
      return hits
    }
  }
}
