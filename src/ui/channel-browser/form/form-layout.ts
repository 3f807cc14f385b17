import { visibleText } from '../../../core/visible-text.js'
import { layOut } from '../layout.js'
import type { Model } from '../model.js'
import { fieldRows } from './field-rows.js'
import { type FormPlace, shownProblem } from './form-message.js'
import { fieldsFor, type PublishForm } from './publish-form.js'

/** Rows above the fields. */
export const HEAD_ROWS = 2
/** Cells of the names of the fields, on the left. */
export const LABELS = 15
const MOST_HEADER_ROWS = 5
const MOST_ADVICE_ROWS = 4
/** Rows of the payload where there is little room. The form is then scrolled. */
const LEAST_PAYLOAD_ROWS = 3

/** Where the parts of the form are. */
export interface FormLayout {
  /** Cells of a field. */
  readonly width: number
  /** Rows of the headers, without what is wrong with them. */
  readonly headerRows: number
  /** What to do about a refusal, row by row. */
  readonly advice: readonly string[]
  /** Rows of the text of the payload. */
  readonly payloadRows: number
}

/** Lays the form out. The payload gets the rows that nothing else needs. */
export function layFormOut(form: PublishForm, size: Model['size'], place: FormPlace): FormLayout {
  const width = Math.max(4, size.columns - LABELS - 1)
  const headerRows = Math.min(MOST_HEADER_ROWS, fieldRows(form.headers.text, width).length)
  const advice = adviceRows(form, width)
  let used = HEAD_ROWS + advice.length
  for (const field of fieldsFor(place.terms)) {
    const own = field === 'headers' ? headerRows : field === 'name' ? 2 : 1
    used += own + (shownProblem(form, field, place) === undefined ? 0 : 1)
  }
  const { bodyRows } = layOut({ size, zoomed: false, focus: 'tree', split: undefined })
  const payloadRows = Math.max(LEAST_PAYLOAD_ROWS, bodyRows - used)
  return { width, headerRows, advice, payloadRows }
}

function adviceRows({ advice = '' }: PublishForm, width: number): string[] {
  const text = visibleText(advice)
  return advice === ''
    ? []
    : fieldRows(text, width)
        .slice(0, MOST_ADVICE_ROWS)
        .map(({ start, end }) => text.slice(start, end))
}
