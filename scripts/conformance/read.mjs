// What chrono reads: node read.mjs CHRONO < lines {text, parser, today} -> a JSON line for each.
// At noon, since between midnight and four it takes the day that has begun for tomorrow.
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const chrono = await import(pathToFileURL(`${process.argv[2]}/dist/esm/index.js`).href)
const PARTS = ['year', 'month', 'day', 'weekday', 'hour', 'timezoneOffset']
const pad = (number, length) => String(number).padStart(length, '0')

function component (one) {
  if (!one) return null
  const [year, month, day, hour, minute] = ['year', 'month', 'day', 'hour', 'minute'].map(of => one.get(of))
  return {
    said: Object.fromEntries(PARTS.map(of => [of, one.isCertain(of)])),
    wall: `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${pad(hour, 2)}:${pad(minute, 2)}`,
    offset: one.get('timezoneOffset')
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { text, parser, today } = JSON.parse(line)
  const [year, month, day] = today.split('-').map(Number)
  const by = parser.split('.').reduce((of, name) => of[name], chrono)
  let found = null // it raised an error
  try {
    found = by.parse(text, new Date(year, month - 1, day, 12), { forwardDate: true }).map(one => ({
      place: [one.index, one.index + one.text.length],
      start: component(one.start),
      end: component(one.end)
    }))
  } catch {}
  console.log(JSON.stringify(found))
}
