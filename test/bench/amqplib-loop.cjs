// What amqp-loop.c does, on amqplib, which is found in the folder of the first argument:
//
//   node amqplib-loop.cjs FOLDER publish URL EXCHANGE KEY WINDOW
//   node amqplib-loop.cjs FOLDER consume URL QUEUE COUNT PREFETCH
const { createRequire } = require('node:module')
const { join } = require('node:path')
const { createInterface } = require('node:readline')

const [, , folder, work, url, ...words] = process.argv
const amqplib = createRequire(join(folder, 'index.js'))('amqplib')

async function publish(connection, [exchange, key, window]) {
  const channel = await connection.createConfirmChannel()
  const most = Number(window)
  let open = 0
  let resume = () => {}
  const confirmed = (error) => {
    if (error) throw error
    open--
    resume()
  }
  for await (const line of createInterface({ input: process.stdin })) {
    channel.publish(exchange, key, Buffer.from(line), { persistent: true }, confirmed)
    if (++open >= most) await new Promise((resolve) => (resume = resolve))
  }
  await channel.waitForConfirms()
}

async function consume(connection, [queue, wanted, prefetch]) {
  const channel = await connection.createChannel()
  const [count, window] = [Number(wanted), Number(prefetch)]
  await channel.prefetch(window)
  const each = Math.max(1, window / 2)
  let seen = 0
  await new Promise((resolve) => {
    channel.consume(queue, (message) => {
      seen++
      if (seen > count) return
      if (seen % each === 0 || seen === count) channel.ack(message, true)
      if (seen === count) resolve()
    })
  })
  await channel.close()
}

async function main() {
  const connection = await amqplib.connect(url)
  await (work === 'publish' ? publish : consume)(connection, words)
  await connection.close()
}

void main()
