import { type Line, lineWidth, type Span, span } from '../line.js'
import { TABS, type Tab } from '../model.js'

const SHORT: Readonly<Record<Tab, string>> = {
  payload: 'payload',
  properties: 'props',
  diff: 'diff',
  chart: 'chart',
  history: 'hist',
  schema: 'schema'
}

/** The tabs, in as many letters as there is room for; the active one in brackets. */
export function tabsLine(active: Tab, width: number): Line {
  return tabPieces(active, width).flat()
}

/** The tab whose name is shown at that cell of the line; undefined beside the names. */
export function tabAt(active: Tab, width: number, column: number): Tab | undefined {
  let left = column
  for (const [index, pieces] of tabPieces(active, width).entries()) {
    left -= lineWidth(pieces)
    if (left < 0) return TABS[index]
  }
  return undefined
}

/** The pieces of each tab. */
function tabPieces(active: Tab, width: number): Span[][] {
  const namings = [
    TABS.map((tab, index) => `${index + 1} ${tab}`),
    TABS.map((tab) => SHORT[tab]),
    TABS.map((tab, index) => (tab === active ? tab : `${index + 1}`))
  ]
  const lines = namings.map((names) => {
    // A bracket takes the place of the blank beside it.
    return names.map((name, index): Span[] => {
      const isActive = TABS[index] === active
      const wasActive = index > 0 && TABS[index - 1] === active
      const before = isActive ? '[' : wasActive ? ']' : ' '
      const after = index < names.length - 1 ? '' : isActive ? ']' : ' '
      const style = isActive ? 'strong' : 'dim'
      return [span(before, 'strong'), span(name, style), span(after, 'strong')]
    })
  })
  return lines.find((pieces) => lineWidth(pieces.flat()) <= width) ?? lines.at(-1) ?? []
}
