import { editText, ONE_LINE } from './form/text-field.js'
import type { Key } from './key-decoder.js'
import type { Prompt } from './model.js'

/** The prompt after a key that edits it; the same prompt if the key does not. */
export function editPrompt(prompt: Prompt, key: Key): Prompt {
  const { text, cursor } = editText(prompt, key, ONE_LINE)
  return text === prompt.text && cursor === prompt.cursor ? prompt : { ...prompt, text, cursor }
}
