import { parseAst } from 'rolldown/parseAst'

const GETTER = /Object\.defineProperty\(exports,"(\w+)",\{enumerable:!0,get:function\(\)\{return (\w+)\}\}\)/g

/**
 * Turns the getters by which chunks export into plain values. A getter is called at each use, and chunks export what runs for every
 * message. Only exports that are never assigned again are changed, so that the value at the end of a chunk is final.
 */
export function plainExports() {
  return {
    name: 'plain-exports',
    generateBundle(_options, bundle) {
      let replaced = 0
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk' || !chunk.code.includes('Object.defineProperty(exports')) continue
        const constants = constantsOf(chunk.code)
        chunk.code = chunk.code.replace(GETTER, (getter, name, local) => {
          if (!constants.has(local)) return getter
          replaced++
          return `exports.${name}=${local}`
        })
      }
      if (replaced === 0)
        throw new Error('no chunk exports anything by a getter any more: plain-exports.mjs can go')
    }
  }
}

/** What a script declares at its top and never assigns again: constants, and functions and classes whose names are assigned nowhere. */
function constantsOf(code) {
  const assigned = new Set(Array.from(code.matchAll(/(?<![\w$.])([\w$]+)=(?![=>])/g), ([, name]) => name))
  const names = new Set()
  for (const statement of parseAst(code, { sourceType: 'script', lang: 'js' }).body) {
    if (statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration') {
      if (!assigned.has(statement.id.name)) names.add(statement.id.name)
    } else if (statement.type === 'VariableDeclaration' && statement.kind === 'const') {
      for (const { id } of statement.declarations) if (id.type === 'Identifier') names.add(id.name)
    }
  }
  return names
}
