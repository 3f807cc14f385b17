import { closestName } from '../../core/closest-name.js'
import { TidingsError } from '../../core/errors.js'
import type { Profile, Profiles } from '../../core/profile/profile.js'
import { quoteName } from '../../core/visible-text.js'

/** @throws TidingsError of kind usage where there is no such profile */
export function profileNamed({ all }: Profiles, name: string, isVariable = false): Profile {
  const profile = all.get(name)
  if (profile !== undefined) return profile
  const meant = closestName(name, [...all.keys()])
  const what = isVariable ? `TIDINGS_PROFILE=${quoteName(name)}` : `the profile ${quoteName(name)}`
  const suggestion = all.size === 0 ? 'tidings profile add NAME URL' : 'tidings profile list'
  throw new TidingsError('usage', `cannot use ${what}: there is no such profile`, {
    code: 'no-such-profile',
    suggestion: meant === undefined ? suggestion : `did you mean ${meant}?`
  })
}
