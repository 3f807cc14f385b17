/** What a value is: a file, a folder, a channel, a broker, a profile, one of a few words, or something that only the user knows. */
export type ValueKind =
  | 'file'
  | 'folder'
  | 'channel'
  | 'broker'
  | 'profile'
  | 'command'
  | 'free'
  | readonly string[]

export interface CompletedFlag {
  readonly name: string
  readonly char?: string
  /** Absent for a flag without a value. */
  readonly value?: ValueKind
  readonly multiple?: true
  readonly summary: string
}

export interface CompletedArgument {
  readonly value: ValueKind
  readonly multiple?: true
}

export interface CompletedCommand {
  readonly summary: string
  /** Those for connecting come last. */
  readonly flags: readonly CompletedFlag[]
  readonly args: readonly CompletedArgument[]
}

/** What completion knows of the program; the build makes it of the manifest (bin/build/completion-table.mts). */
export interface CompletionTable {
  /** By their words, such as `broker status`, in the order of use. */
  readonly commands: Readonly<Record<string, CompletedCommand>>
  /** The groups that are no commands themselves, with their summaries. */
  readonly groups: Readonly<Record<string, string>>
  /** Further names of commands, such as `pub`. */
  readonly aliases: Readonly<Record<string, string>>
  readonly topics: Readonly<Record<string, string>>
}
