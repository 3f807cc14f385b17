import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A text as an Erlang binary. */
export const binary = (text: string): string => `<<${[...Buffer.from(text)].join(',')}>>`

/** Opens the connection that RabbitMQ lives as long as. */
export async function holdWitness(path: string): Promise<Socket> {
  const socket = connect(path)
  await once(socket, 'connect')
  socket.on('error', () => undefined)
  return socket
}

/**
 * Asks the broker whose witness is at `path`. The caller says what type the answer has; nobody checks it.
 *
 * @param expression in Erlang, without the dot at its end. Its value is turned to JSON: a map or a list of pairs is an object, a binary
 *   or an atom is a string.
 * @throws with Erlang's words if the expression fails
 */
export async function askWitness<Answer>(path: string, expression: string): Promise<Answer> {
  const socket = connect(path)
  const length = Buffer.alloc(4)
  const question = Buffer.from(`${expression}.`)
  length.writeUInt32BE(question.length)
  socket.write(Buffer.concat([length, question]))
  let reply = Buffer.alloc(0)
  for await (const chunk of socket) {
    reply = Buffer.concat([reply, chunk])
    if (reply.length >= 4 && reply.length >= 4 + reply.readUInt32BE()) break
  }
  const { answer, error } = JSON.parse(reply.subarray(4).toString())
  if (error !== undefined) throw new Error(`RabbitMQ could not answer: ${error}\n${expression}`)
  return answer
}
