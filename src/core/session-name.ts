import { TidingsError } from './errors.js'

/**
 * The name of a session as the user has written it.
 * @throws TidingsError of kind usage for an empty one
 */
export function checkSessionName(name: string): string {
  if (name !== '') return name
  throw new TidingsError('usage', 'cannot use the session "": its name is empty', {
    code: 'bad-session',
    suggestion: 'give it a name, such as billing'
  })
}
