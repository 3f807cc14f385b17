/** What is written into the table of a profile: keys and values as its file spells them. */
export type ProfileValues = Readonly<Record<string, string | boolean | number | string[]>>
