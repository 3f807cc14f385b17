import type { IBufferCell, Terminal } from '@xterm/headless'

/** Pixels of a cell. */
const WIDTH = 8.4
const HEIGHT = 18
/** Pixels around the screen, and for its title. */
const MARGIN = 16
const TITLE = 34

/** The sixteen colours of a terminal, readable on the dark ground below them. */
const COLOURS = [
  ['#484f58', '#ff7b72', '#7ee787', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#c9d1d9'],
  ['#6e7681', '#ffa198', '#aff5b4', '#f2cc60', '#a5d6ff', '#e2c5ff', '#b3f0ff', '#f0f6fc']
].flat()
const GROUND = '#0d1117'
const TEXT = '#c9d1d9'

/** Cells next to each other that look alike. */
interface Run {
  readonly at: number
  readonly style: string
  readonly ground: string | undefined
  cells: number
  text: string
}

/** An SVG of what a terminal shows. The text stays text, a line of it for each line of the screen. */
export function screenPicture({ cols, rows, buffer }: Terminal, title: string): string {
  const { active } = buffer
  const width = Math.ceil(cols * WIDTH + 2 * MARGIN)
  const height = Math.ceil(rows * HEIGHT + MARGIN + TITLE + 6)
  const lines: string[] = []
  for (let row = 0; row < rows; row++) {
    const top = TITLE + row * HEIGHT
    const runs = runsOf(cols, (column) => active.getLine(active.baseY + row)?.getCell(column))
    const grounds = runs.filter(({ ground }) => ground !== undefined)
    for (const { at, cells, ground } of grounds)
      lines.push(
        `<rect x="${pixels(MARGIN + at * WIDTH)}" y="${top}" width="${pixels(cells * WIDTH)}" height="${HEIGHT}" fill="${ground}"/>`
      )
    const spans = runs
      .filter(({ text }) => text.trim() !== '')
      .map(
        ({ at, style, text, cells }) =>
          `<tspan x="${pixels(MARGIN + at * WIDTH)}" textLength="${pixels(cells * WIDTH)}"${style}>${escaped(text)}</tspan>`
      )
    if (spans.length > 0) lines.push(`<text y="${top + 13}">${spans.join('')}</text>`)
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${GROUND}"/>`,
    ...['#ff5f56', '#ffbd2e', '#27c93f'].map(
      (fill, index) => `<circle cx="${MARGIN + 4 + index * 18}" cy="16" r="5" fill="${fill}"/>`
    ),
    `<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" fill="${TEXT}" xml:space="preserve">`,
    ...lines,
    '</g>',
    '</svg>',
    ''
  ].join('\n')
}

function runsOf(columns: number, cellAt: (column: number) => IBufferCell | undefined): Run[] {
  const runs: Run[] = []
  for (let column = 0; column < columns; column++) {
    const cell = cellAt(column)
    const cells = cell?.getWidth() ?? 1
    // The second half of a wide character.
    if (cell === undefined || cells === 0) continue
    const { style, ground } = looksOf(cell)
    const text = cell.getChars() || ' '
    const last = runs.at(-1)
    if (last?.style === style && last.ground === ground) {
      last.cells += cells
      last.text += text
    } else runs.push({ at: column, style, ground, cells, text })
  }
  // What stands at the end of a run and cannot be seen would be stretched.
  for (const run of runs) {
    if (run.ground !== undefined) continue
    const text = run.text.trimEnd()
    run.cells -= run.text.length - text.length
    run.text = text
  }
  return runs
}

function looksOf(cell: IBufferCell): { style: string; ground: string | undefined } {
  const ink = cell.isFgDefault() ? TEXT : colour(cell.getFgColor(), cell.isFgRGB())
  const paper = cell.isBgDefault() ? undefined : colour(cell.getBgColor(), cell.isBgRGB())
  const isInverse = cell.isInverse() !== 0
  const fill = isInverse ? (paper ?? GROUND) : ink
  const style = [
    fill === TEXT ? '' : ` fill="${fill}"`,
    cell.isBold() ? ' font-weight="bold"' : '',
    cell.isDim() ? ' opacity="0.6"' : '',
    cell.isItalic() ? ' font-style="italic"' : '',
    cell.isUnderline() ? ' text-decoration="underline"' : ''
  ].join('')
  return { style, ground: isInverse ? ink : paper }
}

/** @param value an index into the terminal's palette, or 0xRRGGBB */
function colour(value: number, isRgb: boolean): string {
  if (isRgb) return `#${value.toString(16).padStart(6, '0')}`
  const named = COLOURS[value]
  if (named !== undefined) return named
  if (value >= 232) {
    const grey = (8 + (value - 232) * 10).toString(16).padStart(2, '0')
    return `#${grey}${grey}${grey}`
  }
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40).toString(16).padStart(2, '0')
  const cube = value - 16
  return `#${level(Math.floor(cube / 36))}${level(Math.floor(cube / 6) % 6)}${level(cube % 6)}`
}

const pixels = (value: number): string => String(Math.round(value * 10) / 10)

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

/** The text of a picture, line by line; empty lines are left out. */
export function pictureText(svg: string): string {
  return [...svg.matchAll(/<text [^>]*>(.*?)<\/text>/g)]
    .map(([, line = '']) => {
      let text = ''
      for (const [, x = '', words = ''] of line.matchAll(/<tspan x="([\d.]+)"[^>]*>(.*?)<\/tspan>/g)) {
        const column = Math.round((Number(x) - MARGIN) / WIDTH)
        text = text.padEnd(column) + words.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&')
      }
      return text.trimEnd()
    })
    .join('\n')
}
