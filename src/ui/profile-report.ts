import type { Profile, Profiles } from '../core/profile/profile.js'
import { shownUrl } from '../core/profile/shown-setting.js'
import { visibleText } from '../core/visible-text.js'

/** A setting of a connection as it is shown, without secrets. */
export interface ShownSetting {
  readonly key: string
  readonly value: string
  /** `--keepalive`, `TIDINGS_KEEPALIVE`, `profile "home", line 4`, `default`. */
  readonly from: string
}

const shownBroker = ({ settings }: Profile) => settings.broker.map(shownUrl).join(', ')

/** What can be chosen, the local broker at the end. */
export function profileChoices({
  all
}: Profiles): [
  { name: string; value: string | undefined },
  ...{ name: string; value: string | undefined }[]
] {
  const width = Math.max('local'.length, ...[...all.keys()].map((name) => name.length))
  const row = (name: string, broker: string) => `${name.padEnd(width)}  ${broker}`
  const named = [...all.values()].map((profile) => ({
    name: row(profile.name, shownBroker(profile)),
    value: profile.name
  }))
  const local = { name: row('local', 'the embedded broker of this computer'), value: undefined }
  const [first, ...others] = named
  return first === undefined ? [local] : [first, ...others, local]
}

/** The profiles, one per line; a star marks the one in use. */
export function formatProfiles({ all, inUse }: Profiles): string {
  const rows = [...all.values()].map((profile) => [
    profile.name === inUse ? '*' : ' ',
    profile.name,
    shownBroker(profile),
    profile.settings.protect ? 'protected' : ''
  ])
  return table(rows)
}

/** One JSON object per line for each profile. */
export function formatProfilesJson({ all, inUse }: Profiles): string {
  const lines = [...all.values()].map((profile) =>
    JSON.stringify({
      name: profile.name,
      broker: profile.settings.broker.map(shownUrl),
      inUse: profile.name === inUse,
      protect: profile.settings.protect ?? false
    })
  )
  return lines.map((line) => `${line}\n`).join('')
}

/** What a command would use, one setting per line, and where each is from. */
export const formatSettings = (settings: readonly ShownSetting[]): string =>
  table(settings.map(({ key, value, from }) => [key, value, from]))

/** The same as one JSON object. */
export function formatSettingsJson(profile: string | undefined, settings: readonly ShownSetting[]): string {
  const values = settings.map(({ key, value, from }) => [key, { value, from }])
  return `${JSON.stringify({ ...(profile !== undefined && { profile }), settings: Object.fromEntries(values) })}\n`
}

/** Texts in columns. */
function table(rows: readonly (readonly string[])[]): string {
  const shown = rows.map((row) => row.map((cell) => visibleText(cell)))
  const widths = (shown[0] ?? []).map((_, column) =>
    Math.max(...shown.map((row) => row[column]?.length ?? 0))
  )
  const lines = shown.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd()
  )
  return lines.map((line) => `${line}\n`).join('')
}
