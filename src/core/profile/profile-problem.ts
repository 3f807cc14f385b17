import { TidingsError } from '../errors.js'
import { quoteName } from '../visible-text.js'

/** Why a file of profiles cannot be used, and where in it. */
export class ProfileProblem extends Error {
  /** The names from the top of the file down to the value: `profiles`, `home`, `keepalive`. */
  readonly path: readonly string[]

  constructor(path: readonly string[], why: string) {
    super(why)
    this.path = path
  }
}

/**
 * The failure that a user sees.
 * @param line the line that the problem is in, from 1, if it is known
 */
export function badProfiles(
  file: string,
  line: number | undefined,
  path: readonly string[],
  why: string
): TidingsError {
  const [, profile, key] = path
  const what = key === undefined ? path.at(-1) : key
  const where = [
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(what === undefined ? [] : [quoteName(what)]),
    ...(key === undefined || profile === undefined ? [] : [`of profile ${quoteName(profile)}`])
  ]
  const place = where.join(' ').replace(/^(line \d+) (?=")/, '$1, ')
  return new TidingsError(
    'bad-input',
    `cannot use the profiles in ${quoteName(file)}: ${place === '' ? '' : `${place}: `}${why}`,
    {
      code: 'bad-profiles',
      suggestion: 'tidings profile edit',
      details: { file, ...(line !== undefined && { line }), ...(what !== undefined && { key: what }) }
    }
  )
}
