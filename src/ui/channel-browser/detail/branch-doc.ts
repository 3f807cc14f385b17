import { formatGrouped } from '../../../core/grouped-number.js'
import { formatAge, formatCount, formatRate } from '../figures.js'
import { span } from '../line.js'
import { sparkline } from '../sparkline.js'
import type { TreeNode } from '../tree-node.js'
import { type Doc, docOf } from './doc.js'
import { section } from './properties-doc.js'

const BUSIEST = 20

/** What is known of the channels below a level that is not a channel itself. */
export function branchDoc(node: TreeNode, now: number, width: number): Doc {
  const busiest = [...node.children].sort((a, b) => b.count - a.count).slice(0, BUSIEST)
  return docOf([
    ...section(
      'Below',
      [
        ['channels', String(node.channels)],
        ['messages', `${formatGrouped(node.count)}, ${formatGrouped(node.live)} of them live`],
        ['rate', formatRate(node.rate(now))],
        ['last message', node.lastSeen === 0 ? 'none' : formatAge(now - node.lastSeen)]
      ],
      width
    ),
    [span(`  ${sparkline(node.samples(now, Math.max(1, Math.min(60, width - 4))))}`, 'good')],
    [],
    ...section(
      'Most messages',
      busiest.map(
        (child) => [child.level === '' ? '(empty)' : child.level, formatCount(child.count)] as const
      ),
      width
    )
  ])
}
