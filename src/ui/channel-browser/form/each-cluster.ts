import { clusters, clusterWidth } from '../../cell-width.js'

/** Called for each cluster of a text, with its length in code units and its width in cells. */
type Visit = (length: number, cells: number) => void

/**
 * Goes through the clusters of a text. Characters that stand for themselves are not segmented: 60,000 CJK characters take 2 ms in place of
 * 400 ms.
 */
export function eachCluster(text: string, visit: Visit): void {
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at)
    if (standsAlone(text, at)) {
      visit(1, code >= FIRST_WIDE ? 2 : 1)
      at++
      continue
    }
    let end = at + 1
    // Between two simple characters there is always a boundary.
    while (end < text.length && !(isSimple(text.charCodeAt(end - 1)) && isSimple(text.charCodeAt(end)))) end++
    for (const cluster of clusters(text.slice(at, end))) visit(cluster.length, clusterWidth(cluster))
    at = end
  }
}

function standsAlone(text: string, at: number): boolean {
  if (!isSimple(text.charCodeAt(at))) return false
  return at + 1 === text.length || isSimple(text.charCodeAt(at + 1))
}

/** The first simple character that is two cells wide, and so are all behind it. */
const FIRST_WIDE = 0x3041

/** Whether the character joins with no other simple one: ASCII, Latin, Cyrillic, kana, Han and syllables of Hangul. */
function isSimple(code: number): boolean {
  if (code < 0x7f) return code >= 0x20
  if (code < 0x300) return code > 0xa0 && code !== 0xad
  if (code < FIRST_WIDE) return (code >= 0x400 && code <= 0x482) || (code >= 0x48a && code <= 0x52f)
  return (
    code <= 0x3096 ||
    (code >= 0x30a1 && code <= 0x30fa) ||
    (code >= 0x4e00 && code <= 0x9fff) ||
    (code >= 0xac00 && code <= 0xd7a3)
  )
}
