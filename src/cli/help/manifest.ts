/** A flag, as oclif's manifest has it. */
export interface ManifestFlag {
  readonly name: string
  readonly type: 'boolean' | 'option'
  readonly char?: string
  readonly summary?: string
  readonly description?: string
  readonly helpValue?: string
  readonly helpGroup?: string
  readonly options?: readonly string[]
  readonly default?: unknown
  readonly env?: string
  readonly multiple?: boolean
  readonly hidden?: boolean
}

export interface ManifestArgument {
  readonly name: string
  readonly description?: string
  readonly required?: boolean
  readonly multiple?: boolean
  readonly options?: readonly string[]
}

/** A command, as oclif's manifest has it. */
export interface ManifestCommand {
  readonly id: string
  readonly summary?: string
  readonly description?: string
  readonly usage?: string
  readonly hidden?: boolean
  readonly aliases?: readonly string[]
  readonly examples?: readonly (string | { readonly description: string; readonly command: string })[]
  readonly args: Readonly<Record<string, ManifestArgument>>
  readonly flags: Readonly<Record<string, ManifestFlag>>
}

export interface Manifest {
  readonly version: string
  readonly commands: Readonly<Record<string, ManifestCommand>>
}
