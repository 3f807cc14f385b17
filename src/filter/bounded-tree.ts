import type {
  Constant,
  Expr,
  Expr_Call,
  Expr_Comprehension,
  Expr_Select
} from '@bufbuild/cel-spec/cel/expr/syntax_pb.js'
import { APPEND, HAS_NULL, INDEXED, NEW_LIST, RANGE, TICK } from './loops.js'
import { childrenOf } from './tree.js'

/** So many nodes of a tree are evaluated in one step. */
const NODES_PER_STEP = 8

/**
 * Puts what bounds the time into the tree of an expression: each turn of a loop charges for the size of the loop's body, and what a loop
 * goes over, and what is indexed, is charged for its size. A list that a loop makes grows in place.
 */
export function boundTree(tree: Expr): void {
  for (const child of childrenOf(tree)) boundTree(child)
  const { exprKind } = tree
  if (exprKind.case === 'selectExpr' && exprKind.value.testOnly) alsoNull(tree, exprKind.value)
  if (exprKind.case === 'comprehensionExpr') boundLoop(exprKind.value)
  if (exprKind.case === 'callExpr' && exprKind.value.function === '_[_]') boundIndex(exprKind.value)
}

function boundLoop(loop: Expr_Comprehension): void {
  const { iterRange, loopCondition, loopStep, accuInit } = loop
  if (!iterRange || !loopCondition || !loopStep || !accuInit) return
  const steps = Math.ceil((sizeOf(loopStep) + sizeOf(loopCondition)) / NODES_PER_STEP)
  loop.iterRange = call(iterRange.id, RANGE, iterRange)
  loop.loopCondition = call(
    loopCondition.id,
    '_&&_',
    call(loopCondition.id, TICK, whole(loopCondition.id, steps)),
    loopCondition
  )
  const isList = accuInit.exprKind.case === 'listExpr' && accuInit.exprKind.value.elements.length === 0
  if (isList && growsBy(loopStep, loop.accuVar)) loop.accuInit = call(accuInit.id, NEW_LIST)
}

/** Makes `list + [element]` append in place, also within `condition ? list + [element] : list`. Says whether that is what the step does. */
function growsBy({ exprKind }: Expr, list: string): boolean {
  if (exprKind.case !== 'callExpr') return false
  const { function: name, args } = exprKind.value
  const [first, second, third] = args
  if (name === '_?_:_' && second && third) return isName(third, list) && growsBy(second, list)
  if (name !== '_+_' || !first || !isName(first, list)) return false
  exprKind.value.function = APPEND
  return true
}

const isName = ({ exprKind }: Expr, name: string) =>
  exprKind.case === 'identExpr' && exprKind.value.name === name

/** A text as an index needs no look at all keys. */
function boundIndex(index: Expr_Call): void {
  const [operand, key] = index.args
  if (!operand || !key) return
  const isText = key.exprKind.case === 'constExpr' && key.exprKind.value.constantKind.case === 'stringValue'
  if (!isText) index.args = [call(operand.id, INDEXED, operand), key]
}

/** For the library, `has` is false for a member that is null. */
function alsoNull(tree: Expr, { operand, field }: Expr_Select): void {
  if (!operand) return
  const { id, exprKind } = tree
  const asked: Expr = { $typeName: 'cel.expr.Expr', id, exprKind }
  tree.exprKind = call(id, '_||_', asked, call(id, HAS_NULL, operand, text(id, field))).exprKind
}

const sizeOf = (tree: Expr): number => childrenOf(tree).reduce((sum, child) => sum + sizeOf(child), 1)

const call = (id: bigint, name: string, ...args: Expr[]): Expr => ({
  $typeName: 'cel.expr.Expr',
  id,
  exprKind: { case: 'callExpr', value: { $typeName: 'cel.expr.Expr.Call', function: name, args } }
})

const constant = (id: bigint, constantKind: Constant['constantKind']): Expr => ({
  $typeName: 'cel.expr.Expr',
  id,
  exprKind: { case: 'constExpr', value: { $typeName: 'cel.expr.Constant', constantKind } }
})

const whole = (id: bigint, value: number) => constant(id, { case: 'int64Value', value: BigInt(value) })

const text = (id: bigint, value: string) => constant(id, { case: 'stringValue', value })
