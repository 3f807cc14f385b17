import type { Model } from './model.js'

/** Below this width, only one of the two panes is shown. */
const TWO_PANES = 60
/** So wide a tree has room for names and values. A screen of 80 columns gives as much. */
export const NAMES_AND_VALUES = 41
/** Neither pane becomes narrower than this by moving the divider. */
const NARROWEST = 24
/** Lines of the detail pane above the tab's content: name, facts, tabs. */
export const DETAIL_HEAD = 3

/** Where things are on the screen, in cells. */
export interface Layout {
  /** 0 where a pane is not shown. */
  readonly treeWidth: number
  readonly detailWidth: number
  /** Lines of the panes. */
  readonly bodyRows: number
  /** Lines of the tree below its head, which is left out on low screens. */
  readonly treeRows: number
  readonly treeHasHead: boolean
  /** Lines of the tab's content. */
  readonly contentRows: number
  /** Whether notices and prompts have a line of their own above the keys. */
  readonly hasStatusLine: boolean
}

export function layOut({
  size,
  zoomed,
  focus,
  split
}: Pick<Model, 'size' | 'zoomed' | 'focus' | 'split'>): Layout {
  const hasStatusLine = size.rows >= 10
  const bodyRows = Math.max(1, size.rows - (hasStatusLine ? 3 : 2))
  const contentRows = Math.max(1, bodyRows - DETAIL_HEAD)
  const treeHasHead = bodyRows >= 8
  const common = {
    bodyRows,
    contentRows,
    hasStatusLine,
    treeHasHead,
    treeRows: bodyRows - (treeHasHead ? 1 : 0)
  }
  if (zoomed || size.columns < TWO_PANES) {
    return {
      ...common,
      treeWidth: focus === 'tree' ? size.columns : 0,
      detailWidth: focus === 'detail' ? size.columns : 0
    }
  }
  const share = Math.floor(size.columns * 0.48)
  const least = Math.min(NAMES_AND_VALUES, Math.floor(size.columns * 0.52))
  const treeWidth =
    split === undefined
      ? Math.min(100, Math.max(share, least))
      : Math.max(NARROWEST, Math.min(Math.round(size.columns * split), size.columns - NARROWEST - 1))
  return { ...common, treeWidth, detailWidth: size.columns - treeWidth - 1 }
}
