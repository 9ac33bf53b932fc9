// Reads .ics files with ical.js in strict mode, as Thunderbird and Nextcloud's pages hold it, and
// prints what it makes of them: node read.mjs FILE… -> one JSON line a file.
import { readFileSync } from 'node:fs'
import ICAL from './node_modules/ical.js/dist/ical.js'

ICAL.design.strict = true

const utc = time => new Date(time.toUnixTime() * 1000).toISOString().slice(0, 16) + 'Z'
const text = time => (time.isDate ? time.toString() : utc(time))

function read (file) {
  ICAL.TimezoneService.reset()
  const calendar = new ICAL.Component(ICAL.parse(readFileSync(file, 'utf8')))
  for (const zone of calendar.getAllSubcomponents('vtimezone')) {
    ICAL.TimezoneService.register(new ICAL.Timezone(zone))
  }
  return calendar.getAllSubcomponents('vevent').map(component => {
    const event = new ICAL.Event(component)
    for (const name of ['dtstart', 'dtend']) {
      const property = component.getFirstProperty(name)
      if (property?.getParameter('tzid') && property.getFirstValue().zone === ICAL.Timezone.localTimezone) {
        throw new Error(`${event.uid}: ${name} is read as floating`)
      }
    }
    const occurrences = []
    if (event.isRecurring()) {
      const iterator = event.iterator()
      for (let next; occurrences.length < 8 && (next = iterator.next());) occurrences.push(text(next))
    }
    return {
      uid: event.uid,
      summary: event.summary,
      start: text(event.startDate),
      end: component.getFirstProperty('dtend') ? text(event.endDate) : null,
      status: component.getFirstPropertyValue('status'),
      occurrences
    }
  })
}

for (const file of process.argv.slice(2)) console.log(JSON.stringify(read(file)))
