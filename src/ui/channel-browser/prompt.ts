import { clusters } from '../cell-width.js'
import type { Key } from './key-decoder.js'
import type { Prompt } from './model.js'

/** The prompt after a key that edits it; the same prompt if the key does not. */
export function editPrompt(prompt: Prompt, key: Key): Prompt {
  const { text, cursor } = prompt
  const before = text.slice(0, cursor)
  const after = text.slice(cursor)
  switch (key.name) {
    case 'left':
      return { ...prompt, cursor: cursor - lastCluster(before).length }
    case 'right':
      return { ...prompt, cursor: cursor + firstCluster(after).length }
    case 'home':
    case 'ctrl-a':
      return { ...prompt, cursor: 0 }
    case 'end':
    case 'ctrl-e':
      return { ...prompt, cursor: text.length }
    case 'backspace':
      return replaced(prompt, before.slice(0, before.length - lastCluster(before).length), after)
    case 'delete':
      return replaced(prompt, before, after.slice(firstCluster(after).length))
    case 'ctrl-u':
      return replaced(prompt, '', after)
    case 'ctrl-k':
      return replaced(prompt, before, '')
    case 'ctrl-w':
      return replaced(prompt, before.replace(/[^ /]*[ /]*$/, ''), after)
    default:
      return key.text === undefined ? prompt : replaced(prompt, before + firstLine(key.text), after)
  }
}

function replaced(prompt: Prompt, before: string, after: string): Prompt {
  return { ...prompt, text: before + after, cursor: before.length }
}

/** A prompt has one line, so only the first line of a pasted text is used. */
function firstLine(text: string): string {
  return text.split(/[\r\n]/, 1)[0]?.slice(0, 4096) ?? ''
}

function firstCluster(text: string): string {
  for (const cluster of clusters(text.slice(0, 64))) return cluster
  return ''
}

function lastCluster(text: string): string {
  let last = ''
  for (const cluster of clusters(text.slice(-64))) last = cluster
  return last
}
