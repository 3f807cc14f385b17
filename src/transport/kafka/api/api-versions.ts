import type { Api } from './api.js'

/** The versions of an API that a broker speaks. */
export interface SpokenVersions {
  readonly key: number
  readonly min: number
  readonly max: number
}

interface Response {
  readonly error: number
  readonly apis: readonly SpokenVersions[]
}

/** Asks a broker which APIs it has. Every broker takes version 0. */
export const apiVersions: Api<undefined, Response> = {
  name: 'ApiVersions',
  key: 18,
  minVersion: 0,
  maxVersion: 0,
  write: () => {},
  read: (from) => ({
    error: from.int16(),
    apis: from.array(() => ({ key: from.int16(), min: from.int16(), max: from.int16() }))
  })
}
