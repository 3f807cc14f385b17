import { type Line, span } from '../line.js'
import type { PublishForm } from './publish-form.js'

/** The line of keys while the form is open. */
export function formKeys({ question }: PublishForm): Line {
  if (question === 'anew') return [span(' y begin anew   any other key: keep what was typed', 'dim')]
  if (question === 'quit') return [span(' y quit   any other key: keep what was typed', 'dim')]
  const keys: readonly (readonly [key: string, does: string])[] = [
    ['^S', 'publish'],
    ['Tab', 'next'],
    ['^E', 'editor'],
    ['Esc', 'close, keeps the draft'],
    ['^N', 'anew']
  ]
  return keys.flatMap(([key, does]) => [span(` ${key}`, 'strong'), span(` ${does} `, 'dim')])
}

/** The question before that what was typed is lost; nothing while none is asked. */
export function formQuestion({ question }: PublishForm): Line | undefined {
  if (question === undefined) return undefined
  const what = question === 'anew' ? 'Begin anew' : 'Quit'
  return [span(` ${what}? What you have typed would be lost.`, 'warning')]
}
