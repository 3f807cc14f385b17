import { detailDoc } from './detail/detail-doc.js'
import type { Model } from './model.js'
import { type Step, stay, withNotice } from './step.js'
import type { World } from './world.js'

/** Copies the value at the cursor of the tab that is shown. */
export function copyValue(model: Model, world: World): Step {
  const value = detailDoc(model, world).valueAt?.(model.line)
  if (!value) {
    const text =
      model.tab === 'diff'
        ? 'a difference has no value to copy; 1 shows the payload'
        : 'no value is on this line'
    return stay(withNotice(model, world, text))
  }
  return { model, effects: [{ kind: 'copy', bytes: value.bytes, what: value.name }] }
}
