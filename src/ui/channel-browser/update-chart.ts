import type { ChannelEntry } from '../../core/catalogue/channel-entry.js'
import { CHART_WINDOWS, type ChartWindow, nextWindow } from './chart-window.js'
import type { Model } from './model.js'
import { withNotice } from './step.js'
import type { World } from './world.js'

/** Chooses the number of the chart that stands `by` places below. */
export function moveField(model: Model, world: World, entry: ChannelEntry, by: number): Model {
  const numbers = world.numbers(entry)
  const fields = [...numbers.trends.keys()]
  const from = fields.indexOf(model.field ?? numbers.liveliest ?? '')
  return { ...model, field: fields[Math.max(0, Math.min(fields.length - 1, from + by))] }
}

/** Shows the chosen number alone, or all numbers again. Toggles if `isAlone` is undefined. */
export function showAlone(model: Model, world: World, entry: ChannelEntry, isAlone?: boolean): Model {
  const numbers = world.numbers(entry)
  const wanted = numbers.trends.size > 1 && (isAlone ?? !model.isAlone)
  if (wanted === model.isAlone) return model
  return { ...model, isAlone: wanted, field: model.field ?? numbers.liveliest }
}

/** Shows a shorter (positive `by`) or longer time in charts. */
export function turnWindow(model: Model, world: World, by: 1 | -1): Model {
  const window = nextWindow(model.window, by)
  return withNotice({ ...model, window }, world, `charts show ${windowText(window)}`, 'good')
}

function windowText(window: ChartWindow): string {
  return window === CHART_WINDOWS[0] ? 'all of the time' : `the ${window.name}`
}
