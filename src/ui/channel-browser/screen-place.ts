import { DETAIL_HEAD, layOut } from './layout.js'
import type { Model } from './model.js'
import type { Pointer } from './mouse-report.js'

/** What is shown at a cell of the screen. Lines of the tree and of the tab's content count from the first one that is on the screen. */
export type ScreenPlace =
  | { readonly kind: 'tree'; readonly line: number }
  | { readonly kind: 'detail'; readonly line: number }
  | { readonly kind: 'tabs'; readonly column: number }
  | { readonly kind: 'divider' }

/** The place of a pointer; undefined outside of the panes. Heads of panes are lines below 0. */
export function screenPlace({ column, row }: Pointer, model: Model): ScreenPlace | undefined {
  const { treeWidth, detailWidth, bodyRows, treeHasHead } = layOut(model)
  const line = row - 1
  if (line < 0 || line >= bodyRows || column >= model.size.columns) return undefined
  if (column < treeWidth) return { kind: 'tree', line: line - (treeHasHead ? 1 : 0) }
  if (detailWidth === 0) return undefined
  if (treeWidth > 0 && column === treeWidth) return { kind: 'divider' }
  const left = treeWidth === 0 ? 0 : treeWidth + 1
  if (line === DETAIL_HEAD - 1) return { kind: 'tabs', column: column - left }
  return { kind: 'detail', line: line - DETAIL_HEAD }
}
