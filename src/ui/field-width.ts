import { cellWidth, sliceCells, truncateMiddle } from './cell-width.js'

/** How wide a field of a template is shown, in cells of a terminal. */
export interface FieldWidth {
  /** `<`: the text stands on the left, `>`: on the right, `^`: in the middle. */
  readonly align: '<' | '>' | '^'
  /** The field has at least this width. */
  readonly least: number
  /** Wider text is cut, and gets an ellipsis; text of any width stays whole if absent. */
  readonly most: number | undefined
  /** Text is cut in its middle, and otherwise at its end. */
  readonly keepsEnds: boolean
}

/** Fields whose two ends tell most. */
const KEEPS_ENDS = new Set(['channel', 'responseChannel'])
/** `:20`, `:>6`, `:.12`, `:^20.20`; with no more than three digits, so that a line stays a line. */
const WIDTH = /^(.+):(?=.)([<>^]?)(\d{0,3})(?:\.(\d{1,3}))?$/s

/** Divides a field of a template, such as `payload.temp:>6`, into its name and its width. What is no width belongs to the name. */
export function parseFieldWidth(field: string): { name: string; width: FieldWidth | undefined } {
  const [, name = field, align, least, most] = WIDTH.exec(field) ?? []
  if (least === undefined) return { name, width: undefined }
  return {
    name,
    width: {
      align: align === '>' || align === '^' ? align : '<',
      least: Number(least),
      most: most === undefined ? undefined : Number(most),
      keepsEnds: KEEPS_ENDS.has(name)
    }
  }
}

/** The text with the width that it is to have. It must be visible. */
export function fitField(text: string, { align, least, most, keepsEnds }: FieldWidth): string {
  const shown = most === undefined ? text : keepsEnds ? truncateMiddle(text, most) : truncateEnd(text, most)
  const missing = Math.max(0, least - cellWidth(shown))
  const before = align === '<' ? 0 : align === '>' ? missing : Math.floor(missing / 2)
  return ' '.repeat(before) + shown + ' '.repeat(missing - before)
}

function truncateEnd(text: string, width: number): string {
  if (sliceCells(text, width).length === text.length) return text
  return width === 0 ? '' : `${sliceCells(text, width - 1)}…`
}
