import { asciiText } from '../catalogue/ascii-text.js'

const LONGEST = 200

/**
 * Makes a key from a name. The key has only characters that AsyncAPI allows in keys and that every code generator allows in names:
 * `Küche/Тест` becomes `Kuche_Test`.
 */
export function documentKey(name: string): string {
  const key = asciiText(name.slice(0, LONGEST))
    .replace(/[^A-Za-z0-9]+/g, '_')
    .slice(0, LONGEST)
    .replace(/^_|_$/g, '')
  return key === '' ? 'channel' : key
}
