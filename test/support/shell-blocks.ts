/** The shell blocks of a document, each with the heading above it. What tests cannot run is marked as `console`. */
export function shellBlocksOf(document: string): { name: string; script: string }[] {
  return document.split(/^#+ /m).flatMap((section) => {
    const name = section.slice(0, section.indexOf('\n'))
    return [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, script = '']) => ({ name, script }))
  })
}
