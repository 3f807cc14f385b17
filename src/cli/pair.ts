import { TidingsError } from '../core/errors.js'

/** Splits `name=value` at the first `=`, so that values may hold more of them. `flag` names the flag in the error. */
export function parsePair(text: string, flag: string): [name: string, value: string] {
  const at = text.indexOf('=')
  if (at < 1) {
    // What follows the name may be a secret: curl writes headers as NAME: VALUE.
    const name = /^[\w-]*/.exec(text)?.[0] ?? ''
    throw new TidingsError(
      'usage',
      `cannot use "--${flag} ${name}${name === text ? '' : '…'}": it is not NAME=VALUE`,
      {
        code: 'bad-pair',
        suggestion: `write it as in --${flag} source=web`
      }
    )
  }
  return [text.slice(0, at), text.slice(at + 1)]
}
