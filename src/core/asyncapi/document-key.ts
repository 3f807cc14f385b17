import { asciiText } from '../catalogue/ascii-text.js'

const LONGEST = 200

/** A key for a name, of characters that AsyncAPI allows in keys and every generator in names: `Küche/Тест` is `Kuche_Test`. */
export function documentKey(name: string): string {
  const key = asciiText(name.slice(0, LONGEST))
    .replace(/[^A-Za-z0-9]+/g, '_')
    .slice(0, LONGEST)
    .replace(/^_|_$/g, '')
  return key === '' ? 'channel' : key
}
