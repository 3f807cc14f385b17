import type { Guarantee } from '../message.js'

/** The colours that a profile can have. */
export const PROFILE_COLORS = ['red', 'green', 'yellow', 'blue', 'magenta', 'cyan'] as const

export type ProfileColor = (typeof PROFILE_COLORS)[number]

/** Where a profile has its password from. */
export type ProfileSecret =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly file: string }
  /** A program and its arguments, run without a shell; its first line on stdout is the password. */
  | { readonly kind: 'command'; readonly command: readonly string[]; readonly timeout: number }

/** What a profile says; absent values are undefined. Times are in milliseconds, and files are absolute paths. */
export interface ProfileSettings {
  readonly broker: readonly string[]
  readonly username: string | undefined
  readonly secret: ProfileSecret | undefined
  readonly clientId: string | undefined
  readonly keepalive: number | undefined
  readonly connectTimeout: number | undefined
  readonly wait: number | undefined
  readonly ca: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly keyPasswordFile: string | undefined
  readonly insecure: boolean | undefined
  readonly servername: string | undefined
  readonly alpn: readonly string[] | undefined
  readonly proxy: string | undefined
  readonly wsHeader: readonly string[] | undefined
  readonly protocol: string | undefined
  readonly willChannel: string | undefined
  readonly willPayload: string | undefined
  readonly willQos: Guarantee | undefined
  readonly willRetain: boolean | undefined
  /** An AsyncAPI document that the messages of this broker keep to. */
  readonly contract: string | undefined
  /** Publishing asks first. */
  readonly protect: boolean | undefined
  readonly color: ProfileColor | undefined
}

/** A broker with all that belongs to it, under a name. */
export interface Profile {
  readonly name: string
  readonly settings: ProfileSettings
  /** The line of each key in its file, from 1, by the key's name. */
  readonly lines: ReadonlyMap<string, number>
}

/** The file of profiles, read and checked. */
export interface Profiles {
  /** The path of the file. */
  readonly file: string
  /** The name of the profile that commands use when they name none. */
  readonly inUse: string | undefined
  /** In the order of the file. */
  readonly all: ReadonlyMap<string, Profile>
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/

/** Whether a text can name a profile: up to 64 ASCII letters, digits, dashes and underscores, no dash at the front. */
export const isProfileName = (name: string): boolean => NAME.test(name)

/** What a bad name is told. */
export const NAME_RULE =
  'a name has letters, digits, - and _ only, at most 64, and begins with a letter or digit'
