/** What a command's line does not say of its broker: the profile, the one in use or `-P`, or the environment names the broker. */
export interface NamedElsewhere {
  /** The name of the profile; undefined where the environment names the broker. */
  readonly profile: string | undefined
}
