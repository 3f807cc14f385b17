import { TidingsError } from '../../core/errors.js'
import { ProfileFile } from '../../files/profiles/profile-file.js'
import type { Io } from '../io.js'
import { profilePlace } from '../profile-place.js'

/**
 * The file of profiles of this user.
 * @throws TidingsError of kind usage where the environment says of no folder that it could be in
 */
export function profileFileOf({ env }: Pick<Io, 'env'>): ProfileFile {
  const place = profilePlace(env)
  if (place !== undefined) return new ProfileFile(place.file, place.home)
  throw new TidingsError('usage', 'cannot find the profiles: the environment names no home', {
    code: 'no-profile-folder',
    suggestion: 'set HOME, or TIDINGS_CONFIG_DIR'
  })
}
