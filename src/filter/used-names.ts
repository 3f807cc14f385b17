import type { Expr } from '@bufbuild/cel-spec/cel/expr/syntax_pb.js'
import { childrenOf } from './tree.js'

/** A name that an expression uses, and the node of its tree where it does. */
export interface UsedName {
  readonly name: string
  readonly id: bigint
}

/** What an expression uses. */
export interface Uses {
  readonly variables: readonly UsedName[]
  readonly functions: readonly UsedName[]
  /** The types of messages that it makes. */
  readonly types: readonly UsedName[]
  /** The members of the payload that it looks at, each as a path; an empty path is the payload itself. */
  readonly payload: readonly (readonly string[])[]
  /** The headers that it looks at, each as a path of one name. */
  readonly headers: readonly (readonly string[])[]
  /** A loop calls its own variable `payload`. */
  readonly hidesPayload: boolean
}

/** Walks through the tree of an expression, and collects what it uses. */
export function usesOf(tree: Expr): Uses {
  const variables: UsedName[] = []
  const functions: UsedName[] = []
  const types: UsedName[] = []
  const paths: (readonly string[])[] = []
  const headers: (readonly string[])[] = []
  let hidesPayload = false
  const walk = (node: Expr, bound: ReadonlySet<string>): void => {
    const { id, exprKind } = node
    const path = pathIn(PAYLOAD, node, bound)
    if (path !== undefined) {
      paths.push(path)
      variables.push({ name: PAYLOAD, id })
      return
    }
    const header = pathIn(HEADERS, node, bound)
    if (header?.length === 1) headers.push(header)
    if (exprKind.case === 'identExpr' && !bound.has(exprKind.value.name))
      variables.push({ name: exprKind.value.name, id })
    if (exprKind.case === 'callExpr') functions.push({ name: exprKind.value.function, id })
    if (exprKind.case === 'structExpr' && exprKind.value.messageName !== '')
      types.push({ name: exprKind.value.messageName, id })
    if (exprKind.case !== 'comprehensionExpr') {
      for (const child of childrenOf(node)) walk(child, bound)
      return
    }
    const { iterVar, accuVar, iterRange, accuInit, ...body } = exprKind.value
    if (iterRange) walk(iterRange, bound)
    if (accuInit) walk(accuInit, bound)
    if (iterVar === PAYLOAD) hidesPayload = true
    const within = new Set([...bound, iterVar, accuVar])
    for (const child of [body.loopCondition, body.loopStep, body.result]) if (child) walk(child, within)
  }
  walk(tree, new Set())
  return { variables, functions, types, payload: paths, headers, hidesPayload }
}

const PAYLOAD = 'payload'
const HEADERS = 'headers'

/** The path of a member of a variable, such as `['a', 'b']` of `payload.a["b"]`; empty for the variable itself, `undefined` for anything else. */
function pathIn(
  variable: string,
  { exprKind }: Expr,
  bound: ReadonlySet<string>
): readonly string[] | undefined {
  if (exprKind.case === 'identExpr')
    return exprKind.value.name === variable && !bound.has(variable) ? [] : undefined
  const [operand, name] =
    exprKind.case === 'selectExpr'
      ? [exprKind.value.operand, exprKind.value.field]
      : exprKind.case === 'callExpr' && exprKind.value.function === '_[_]'
        ? [exprKind.value.args[0], textOf(exprKind.value.args[1])]
        : []
  const path = operand && name !== undefined ? pathIn(variable, operand, bound) : undefined
  return path && name !== undefined ? [...path, name] : undefined
}

function textOf(node: Expr | undefined): string | undefined {
  const { exprKind } = node ?? { exprKind: { case: undefined } }
  if (exprKind.case !== 'constExpr') return undefined
  const { constantKind } = exprKind.value
  return constantKind.case === 'stringValue' ? constantKind.value : undefined
}
