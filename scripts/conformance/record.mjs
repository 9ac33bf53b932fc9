// Runs tests of wanasit/chrono with stand-ins that record, and prints what each test demands:
//   node record.mjs CHRONO FILE… -> a JSON line for each text that is tried
//
// CHRONO is the folder of an installed chrono-node, which stands in for the tests' own src. It is
// asked only what the tests seldom demand: whether the year, the day, the hour were said (isCertain),
// and whether a time was reckoned from now (its tags). The values come from expect(...) alone. The
// tests' dates are local ones; whoever calls sets TZ.
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const [folder, ...files] = process.argv.slice(2)
const source = pathToFileURL(`${folder}/dist/esm/`).href
const chrono = await import(`${source}index.js`)
const { toTimezoneOffset } = await import(`${source}timezone.js`)
const PARTS = ['year', 'month', 'day', 'weekday', 'hour', 'timezoneOffset']

// The parsers that the package offers, by name; one that a test makes for itself has none.
const names = new Map()
function name (parser, path) {
  names.set(parser, path)
  for (const variant of ['casual', 'strict', 'GB', 'hans', 'hant']) {
    const of = parser[variant]
    if (of && !names.has(of)) name(of, `${path}.${variant}`)
  }
}
name(chrono.en, 'en')
name(chrono.zh, 'zh')
names.set(chrono, 'en')

// A moment on the wall clock, `offset` minutes from UTC or in TZ; null before year 1.
function wall (date, offset) {
  const at = new Date(date.getTime() + (offset ?? -date.getTimezoneOffset()) * 60000)
  const year = at.getUTCFullYear()
  return year > 0 && year < 10000 ? at.toISOString().slice(0, 19) : null
}

let file = ''
let trial = null

function begin (parser, text, reference, options) {
  const instant = reference instanceof Date ? reference : reference?.instant
  const zone = reference instanceof Date ? null : reference?.timezone
  const offset = zone === undefined || zone === null ? null : toTimezoneOffset(zone, instant)
  const run = instant && Math.abs(instant - Date.now()) < 1000 * 60 * 60
  const [found] = parser.parse(text, reference ?? undefined, options ?? undefined)
  const said = part => part && Object.fromEntries(PARTS.map(of => [of, part.isCertain(of)]))
  return {
    file,
    parser: names.get(parser) ?? 'custom',
    text,
    reference: instant && !run ? wall(instant, offset) : null,
    offset,
    said: { start: said(found?.start) ?? null, end: said(found?.end) ?? null },
    tags: [...(found?.start.tags() ?? [])],
    demanded: { result: {}, start: {}, end: {} },
    none: false
  }
}

// A part of a result that a test has looked at, in place of its value.
class Seen {
  constructor (part, of) { Object.assign(this, { part, of }) }
  getTime () { return this }
}

function result (refDate) {
  const part = on => ({
    get: of => new Seen(on, of),
    isCertain: of => new Seen(on, `certain ${of}`),
    date: () => new Seen(on, 'date'),
    tags: () => null
  })
  return {
    ...part('start'),
    start: part('start'),
    end: part('end'),
    text: new Seen('result', 'text'),
    index: new Seen('result', 'index'),
    refDate
  }
}

function demand (seen, value) {
  if (!trial || !(seen instanceof Seen)) return
  if (seen.of === 'date') {
    const date = new Date(value)
    if (isNaN(date)) return
    value = { wall: wall(date, trial.offset), utc: date.toISOString().replace('Z', '+00:00') }
  } else if (typeof value === 'object' && value !== null) {
    return
  }
  trial.demanded[seen.part][seen.of] = value
}

globalThis.expect = value => {
  const be = wanted => wanted instanceof Seen ? demand(wanted, value) : demand(value, wanted)
  const matchers = {
    toBe: be,
    toEqual: be,
    toStrictEqual: be,
    toBeCloseTo: be,
    toContain: be,
    toBeTruthy: () => be(true),
    toBeFalsy: () => be(false),
    toBeDate: date => demand(value.date(), date)
  }
  const nothing = new Proxy({}, { get: () => () => {} })
  return new Proxy(matchers, { get: (_, matcher) => matcher === 'not' ? nothing : matchers[matcher] ?? (() => {}) })
}
globalThis.test = (title, run) => {
  try { run() } catch (fault) { console.error(`${file}: ${title}: not run: ${fault.message}`) }
}

globalThis.helpers = {
  testSingleCase (parser, text, ...rest) {
    const check = rest.findLast(one => typeof one === 'function')
    const [reference, options] = rest.filter(one => typeof one !== 'function')
    trial = begin(parser, text, reference, options)
    const refDate = reference instanceof Date ? reference : reference?.instant ?? new Date()
    try { check?.(result(refDate), text) } finally { console.log(JSON.stringify(trial)) }
    trial = null
  },
  testWithExpectedDate (parser, text, date) {
    helpers.testSingleCase(parser, text, found => expect(found.start).toBeDate(date))
  },
  testUnexpectedResult (parser, text, reference, options) {
    console.log(JSON.stringify({ ...begin(parser, text, reference, options), none: true }))
  },
  measureMilliSec: () => 0
}
const exported = Object.keys(helpers).map(of => `export const ${of} = helpers.${of};`).join('')

registerHooks({
  resolve (specifier, context, next) {
    if (specifier.endsWith('/test_util')) {
      return { url: `data:text/javascript,${encodeURIComponent(exported)}`, shortCircuit: true }
    }
    const own = specifier.match(/^[./]+\/src(?:\/(.*))?$/)
    if (!own) return next(specifier, context)
    const path = /^locales\/\w+$/.test(own[1]) ? `${own[1]}/index` : own[1] || 'index'
    return { url: `${source}${path}.js`, shortCircuit: true }
  },
  load (url, context, next) {
    if (!url.endsWith('.ts')) return next(url, context)
    const typed = readFileSync(new URL(url), 'utf8')
    return { format: 'module', source: stripTypeScriptTypes(typed, { mode: 'transform' }), shortCircuit: true }
  }
})

for (file of files) {
  try {
    await import(pathToFileURL(file).href)
  } catch (fault) {
    console.error(`${file}: not run: ${fault.message}`)
  }
}
