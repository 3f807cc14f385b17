import type { Interfaces } from '@oclif/core'

/**
 * What a command is given for flags that are defined so. oclif says boolean of every flag without a value, and gives nothing for one that
 * is absent and has no default.
 */
export type FlagValues<Definitions> = {
  readonly [Name in keyof Definitions]: Definitions[Name] extends Interfaces.BooleanFlag<infer Value>
    ? Value | undefined
    : Definitions[Name] extends Interfaces.OptionFlag<infer Value>
      ? Value
      : never
}
