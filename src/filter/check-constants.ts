import { celEnv, isCelError, plan } from '@bufbuild/cel'
import type { Constant, Expr, Expr_Call } from '@bufbuild/cel-spec/cel/expr/syntax_pb.js'
import { reasonOf } from './reason.js'
import { compilePattern } from './regular-expressions.js'
import { childrenOf } from './tree.js'

/** Reports a mistake at the place of a node, and never returns. */
type Refuse = (node: Expr, why: string, suggestion?: string) => never

const TIMES = ['time', 'sourceTime']
const COMPARISON = /^_([<>]=?|[=!]=)_$/

/** How what a function reads is written. */
const EXAMPLES: Readonly<Record<string, string>> = {
  timestamp: 'write a time as timestamp("2026-11-29T00:00:00Z")',
  duration: 'write a duration as duration("1h30m") or duration("2.5s")'
}

const LIBRARY = celEnv()

/**
 * Checks what can be judged before there is a message: whole numbers, regular expressions, times and durations that are constants, and
 * times that are compared with a text, which never are equal, and have no order.
 * @param bound the names of loops around the node
 */
export function checkConstants(node: Expr, refuse: Refuse, bound: readonly string[] = []): void {
  const { exprKind } = node
  const within =
    exprKind.case === 'comprehensionExpr' ? [...bound, exprKind.value.iterVar, exprKind.value.accuVar] : bound
  for (const child of childrenOf(node)) checkConstants(child, refuse, within)
  if (exprKind.case === 'constExpr') checkNumber(node, exprKind.value, refuse)
  if (exprKind.case !== 'callExpr') return
  const { function: name, args } = exprKind.value
  if (name === 'matches') checkPattern(exprKind.value, refuse)
  const [argument] = args
  if (Object.hasOwn(EXAMPLES, name) && args.length === 1 && argument?.exprKind.case === 'constExpr') {
    const value = plan(LIBRARY, node)({})
    if (isCelError(value)) refuse(argument, reasonOf(value.message), EXAMPLES[name])
  }
  if (name === '@in') checkList(args, refuse)
  if (COMPARISON.test(name)) checkComparison(exprKind.value, refuse, bound)
}

/** The specification of CEL makes a whole number beyond 64 bits a mistake of the expression. */
function checkNumber(node: Expr, { constantKind: { case: kind, value } }: Constant, refuse: Refuse): void {
  const isBeyond =
    (kind === 'int64Value' && BigInt.asIntN(64, value) !== value) ||
    (kind === 'uint64Value' && BigInt.asUintN(64, value) !== value)
  if (isBeyond)
    refuse(node, 'a whole number has more than 64 bits', 'write it as a decimal number, such as 1e20')
}

/** Only of a list, and of a map, it can be asked whether something is in it. */
function checkList([value, list]: readonly Expr[], refuse: Refuse): void {
  if (list?.exprKind.case !== 'constExpr') return
  const text = constantText(list)
  const isInText = text !== undefined && value !== undefined && constantText(value) === undefined
  const why =
    text === undefined
      ? 'behind "in" a list must follow'
      : 'behind "in" a list must follow, and this is a text'
  refuse(
    list,
    why,
    isInText
      ? `in a list: in [${JSON.stringify(text)}]; as a part of a text: .contains(${JSON.stringify(text)})`
      : 'write a list: in [1, 2]'
  )
}

function checkPattern({ args }: Expr_Call, refuse: Refuse): void {
  const pattern = args.at(-1)
  const text = pattern && constantText(pattern)
  if (pattern === undefined || text === undefined) return
  try {
    compilePattern(text)
  } catch (error) {
    refuse(pattern, reasonOf(error instanceof Error ? error.message : String(error)))
  }
}

function checkComparison({ args }: Expr_Call, refuse: Refuse, bound: readonly string[]): void {
  const text = args.find((each) => constantText(each) !== undefined)
  if (text !== undefined && args.some((each) => isTime(each, bound)))
    refuse(text, 'a time is compared with a text', EXAMPLES.timestamp)
}

function isTime({ exprKind }: Expr, bound: readonly string[]): boolean {
  if (exprKind.case === 'callExpr') return exprKind.value.function === 'timestamp'
  if (exprKind.case !== 'identExpr') return false
  const { name } = exprKind.value
  return TIMES.includes(name) && !bound.includes(name)
}

function constantText({ exprKind }: Expr): string | undefined {
  if (exprKind.case !== 'constExpr') return undefined
  const { constantKind } = exprKind.value
  return constantKind.case === 'stringValue' ? constantKind.value : undefined
}
