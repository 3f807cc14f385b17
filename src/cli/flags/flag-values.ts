import type { Interfaces } from '@oclif/core'

/** What a command is given for flags that are defined so. */
export type FlagValues<Definitions> = {
  readonly [Name in keyof Definitions]: Definitions[Name] extends Interfaces.Flag<infer Value> ? Value : never
}
