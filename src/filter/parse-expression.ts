import { celEnv, parse } from '@bufbuild/cel'
import type { Expr } from '@bufbuild/cel-spec/cel/expr/syntax_pb.js'
import { closestName } from '../core/closest-name.js'
import { TidingsError } from '../core/errors.js'
import { quoteName } from '../core/visible-text.js'
import { checkConstants } from './check-constants.js'
import { findMistake } from './find-mistake.js'
import { VARIABLES } from './message-variables.js'
import { dashedMember, insteadOfFunction, insteadOfName } from './other-languages.js'
import { type UsedName, type Uses, usesOf } from './used-names.js'

/** A longer text is refused: to parse the worst one of this length takes 0.2 s. */
const LONGEST = 4096

/** The names of types are values. */
const TYPES = ['bool', 'bytes', 'double', 'int', 'list', 'map', 'null_type', 'string', 'type', 'uint']

/** Functions whose value is neither true nor false, whatever they are given. */
const NO_CONDITION = /^(_[-+*/%]_|-_|size|int|uint|double|string|bytes|timestamp|duration|type|get[A-Z]\w*)$/

/** An expression that was understood. */
export interface ParsedExpression {
  readonly tree: Expr
  readonly uses: Uses
}

/**
 * Parses a condition on messages, and checks what can be checked before there is a message: names, functions, constants.
 * @throws TidingsError of kind usage, with the place of the mistake
 */
export function parseExpression(text: string): ParsedExpression {
  if (text.length > LONGEST) throw badExpression(text, LONGEST, `it is longer than ${LONGEST} characters`)
  const parsed = parseText(text)
  const tree = parsed.expr
  const refuse: Refuse = ({ id, name }, why, suggestion) => {
    throw badExpression(
      text,
      placeOf(text, parsed.sourceInfo?.positions[String(id)] ?? 0, name),
      why,
      suggestion
    )
  }
  const uses = usesOf(tree)
  // A loop with other arguments is no loop, so its names are unknown, too.
  for (const used of uses.functions) {
    if (!FUNCTIONS.has(used.name))
      refuse(
        used,
        `there is no function ${quoteName(used.name)} with such arguments`,
        insteadOfFunction(used.name)
      )
  }
  for (const used of uses.variables) checkVariable(used, text, refuse)
  for (const used of uses.types) refuse(used, `there is no type ${quoteName(used.name)}`)
  checkConstants(tree, refuse)
  if (isNoCondition(tree)) refuse(tree, 'its value is not true or false', 'compare it: size > 1000')
  return { tree, uses }
}

type Refuse = (
  node: { readonly id: bigint; readonly name?: string },
  why: string,
  suggestion?: string
) => never

/** The place of a node. The parser sets a call behind what it belongs to, and some before, some after its name. */
function placeOf(text: string, position: number, name: string | undefined): number {
  const place = position + (/^\s*/.exec(text.slice(position))?.[0].length ?? 0)
  if (name === undefined) return place
  const isAhead = /^[.\s]*$/.test(text.slice(place, text.indexOf(name, place)))
  const named = isAhead ? text.indexOf(name, place) : text.lastIndexOf(name, place)
  return named < 0 ? place : named
}

const FUNCTIONS: ReadonlySet<string> = new Set([
  ...Array.from(celEnv().funcs, ({ name }) => name),
  ...['_&&_', '_||_', '_?_:_', '_[_]', '@not_strictly_false', '__not_strictly_false__']
])

function parseText(text: string): ReturnType<typeof parse> {
  try {
    return parse(text)
  } catch (error) {
    // The parser is recursive.
    if (error instanceof RangeError) throw badExpression(text, 0, 'it is nested too deeply')
    const mistake = findMistake(text)
    throw badExpression(
      text,
      mistake?.offset ?? offsetOf(error),
      mistake?.why ?? 'it is not understood from here'
    )
  }
}

function offsetOf(error: unknown): number {
  const { location } = error as { location?: { start?: { offset?: number } } }
  return location?.start?.offset ?? 0
}

function checkVariable(used: UsedName, text: string, refuse: Refuse): void {
  const { name } = used
  if (VARIABLES.includes(name) || TYPES.includes(name)) return
  const near = insteadOfName(name) ?? closestName(name, VARIABLES)
  const meant =
    near === undefined
      ? `a member of the payload is payload.${name}; see: tidings help where`
      : `did you mean "${near}"?`
  refuse(used, `there is no name ${quoteName(name)}`, dashedMember(text, name) ?? meant)
}

function isNoCondition({ exprKind }: Expr): boolean {
  switch (exprKind.case) {
    case 'constExpr':
      return exprKind.value.constantKind.case !== 'boolValue'
    case 'callExpr':
      return NO_CONDITION.test(exprKind.value.function)
    default:
      return exprKind.case === 'listExpr' || exprKind.case === 'structExpr'
  }
}

/**
 * A mistake in an expression.
 * @param offset where it is, in UTF-16 code units from 0
 */
export function badExpression(
  text: string,
  offset: number,
  why: string,
  suggestion = 'tidings help where'
): TidingsError {
  return new TidingsError('usage', `cannot use --where: ${why}`, {
    code: 'bad-expression',
    suggestion,
    marked: { text, offset },
    details: { expression: text, column: [...text.slice(0, offset)].length + 1 }
  })
}
