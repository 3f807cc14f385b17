import { TidingsError } from '../../core/errors.js'

/** A failure of kind bad-input for a YAML document that cannot be used; the message is the reason. */
export function badYaml(why: string): TidingsError {
  return new TidingsError('bad-input', why, {
    code: 'bad-yaml',
    suggestion: 'correct the file, or write to another one'
  })
}
