import { TidingsError } from '../../errors.js'
import { quoteName } from '../../visible-text.js'

export const isBase64 = (text: string) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)

/**
 * Whether payloads of mqtt_recorder, which does not say it, are base64: every one can be, and one shows it beyond doubt: `true` and `1234`
 * are base64 too, but hardly meant so.
 * @throws TidingsError of kind bad-input if they do not show it
 */
export function judgeBase64(payloads: readonly string[], name: string): boolean {
  const texts = payloads.filter((text) => text !== '')
  if (!texts.every(isBase64)) return false
  if (texts.length === 0 || texts.some((text) => text.endsWith('=') || /^(eyJ|W[wyz1-9])/.test(text)))
    return true
  throw new TidingsError(
    'bad-input',
    `cannot read ${quoteName(name)}: its payloads may be base64 or plain text`,
    {
      code: 'ambiguous-recording',
      suggestion: 'say which: tidings replay --format mqtt-recorder-base64 or --format mqtt-recorder',
      details: { file: name }
    }
  )
}
