import type { Guarantee } from '../../../core/message.js'
import { layOut } from '../layout.js'
import { fitLine, type Line, type Span, span } from '../line.js'
import type { Model } from '../model.js'
import type { World } from '../world.js'
import { fieldRows, rowOf } from './field-rows.js'
import { type FormLayout, HEAD_ROWS, LABELS, layFormOut } from './form-layout.js'
import { type FormPlace, shownProblem } from './form-message.js'
import { type PayloadField, payloadState } from './payload-field.js'
import { type FieldName, fieldsFor, offeredGuarantees, type PublishForm } from './publish-form.js'
import { textLine, textRows } from './view-field.js'

const NAMES: Readonly<Record<FieldName, string>> = {
  channel: 'channel',
  key: 'key',
  payload: 'payload',
  none: 'no payload',
  'content-type': 'content type',
  headers: 'headers',
  qos: 'QoS',
  retain: 'retain',
  name: 'its name',
  send: ''
}

const QOS: Readonly<Record<Guarantee, string>> = {
  0: '0 at most once',
  1: '1 at least once',
  2: '2 exactly once'
}

/** The form of a message, in the place of the panes. It is scrolled so that the field with the cursor is on the screen. */
export function viewForm(model: Model, form: PublishForm, world: World): Line[] {
  const { compose: terms, grammar } = world
  if (!terms) return []
  const place: FormPlace = { terms, grammar }
  const layout = layFormOut(form, model.size, place)
  const lines: Line[] = [[span(` Publish to ${world.title}`, 'title')], []]
  let first = 0
  let last = 0
  for (const field of fieldsFor(terms)) {
    if (field === form.at) first = lines.length
    const own = fieldLines(field, form, { ...layout, place })
    const problem = shownProblem(form, field, place)
    lines.push(...labelled(field, form, own))
    if (problem !== undefined) lines.push([span(' '.repeat(LABELS)), span(`✗ ${problem}`, 'bad')])
    if (field === form.at) last = lines.length
  }
  const { bodyRows } = layOut(model)
  if (lines.length <= bodyRows) return lines
  const top = Math.max(last - bodyRows, Math.min(first, first <= HEAD_ROWS ? 0 : first - 1))
  return lines.slice(Math.max(0, Math.min(top, first, lines.length - bodyRows)))
}

interface FieldPlace extends FormLayout {
  readonly place: FormPlace
}

function labelled(field: FieldName, form: PublishForm, lines: readonly Line[]): Line[] {
  const isAt = field === form.at
  const label = [span(isAt ? '›' : ' ', 'strong'), span(NAMES[field], isAt ? 'strong' : 'dim')]
  if (field === 'name') return [lines[0] ?? [], [...fitLine(label, LABELS), ...(lines[1] ?? [])]]
  return lines.map((line, index) => [...fitLine(index === 0 ? label : [], LABELS), ...line])
}

function fieldLines(field: FieldName, form: PublishForm, layout: FieldPlace): Line[] {
  const isAt = field === form.at
  const { width, place } = layout
  switch (field) {
    case 'channel':
      return [textLine(form.channel, isAt, width)]
    case 'key':
      return [textLine(form.key, isAt, width)]
    case 'content-type':
      return [textLine(form.contentType, isAt, width)]
    case 'headers':
      return headerRows(form, isAt, layout)
    case 'payload':
      return payloadLines(form, isAt, layout)
    case 'none':
      return [choiceLine([[form.isNull ? 'yes' : 'no', true]], isAt)]
    case 'retain':
      return [
        [
          ...choiceLine([[form.retain ? 'yes' : 'no', true]], isAt),
          span(form.retain ? '  the broker keeps it as the last value of the channel' : '', 'dim')
        ]
      ]
    case 'qos':
      return [
        choiceLine(
          offeredGuarantees(place.terms).map((guarantee) => [QOS[guarantee], guarantee === form.guarantee]),
          isAt
        )
      ]
    case 'name':
      return [
        [span(` ${place.terms.protectedBy} is protected: type its name to publish`, 'warning')],
        textLine(form.name, isAt, width)
      ]
    case 'send':
      return [
        [span('[ publish ]', isAt ? 'selected' : 'text')],
        ...layout.advice.map((row) => [span(row, 'warning')])
      ]
  }
}

/** What can be chosen, the present choice marked. */
function choiceLine(choices: readonly (readonly [text: string, isChosen: boolean])[], isAt: boolean): Span[] {
  return choices.flatMap(([text, isChosen], index) => [
    span(index === 0 ? '' : '  '),
    span(isChosen ? `‹${text}›` : ` ${text} `, !isChosen ? 'dim' : isAt ? 'selected' : 'strong')
  ])
}

function headerRows(
  { headers }: PublishForm,
  isAt: boolean,
  { width, headerRows: count }: FieldPlace
): Line[] {
  const top = isAt ? Math.max(0, rowOf(fieldRows(headers.text, width), headers.cursor) - count + 1) : 0
  const lines = textRows(headers, isAt, width, top, count)
  return headers.text === '' ? [[...(lines[0] ?? []), span(' name: value, one on each line', 'dim')]] : lines
}

function payloadLines(form: PublishForm, isAt: boolean, { width, payloadRows }: FieldPlace): Line[] {
  const { payload } = form
  const state = payloadState(payload, form.contentType.text)
  const said = form.isNull ? { text: 'no payload at all', tone: 'dim' as const } : state
  const mark = said.tone === 'good' ? '✓ ' : said.tone === 'bad' ? '✗ ' : ''
  const clears =
    !form.isNull && form.retain && isEmpty(payload) ? ': clears what the broker keeps of the channel' : ''
  const rows =
    payload.kind === 'text' ? textRows(payload.field, isAt, width, form.top, payloadRows) : [keptLine(isAt)]
  return [
    ...Array.from({ length: payloadRows }, (_, index) => rows[index] ?? []),
    [span(`${mark}${said.text}${clears}`, said.tone)]
  ]
}

const isEmpty = (payload: PayloadField) => payload.kind === 'text' && payload.field.text === ''

const keptLine = (isAt: boolean): Line => [span('(as it is)', isAt ? 'selected' : 'dim')]
