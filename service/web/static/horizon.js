// What a page does beyond its HTML: copying, neat addresses of filters, the preview while typing.
// Everything here works without it too, by a link or a button that is there anyway.
'use strict'

const copyText = async text => {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text)
  // Over plain http a browser has no clipboard for pages, only this.
  const area = document.createElement('textarea')
  area.value = text
  area.setAttribute('readonly', '')
  area.className = 'hidden'
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  if (!done) throw new Error('not copied')
}

const status = document.createElement('p')
status.className = 'hidden'
status.setAttribute('role', 'status')
document.body.append(status)

const say = (button, words) => {
  button.dataset.label ??= button.textContent
  button.textContent = words
  status.textContent = words
  setTimeout(() => { button.textContent = button.dataset.label; status.textContent = '' }, 2500)
}

for (const button of document.querySelectorAll('[data-copy]')) {
  button.hidden = false
  button.addEventListener('click', async () => {
    const field = document.getElementById(button.dataset.copy)
    try {
      await copyText(field.value)
      say(button, button.dataset.copied)
    } catch { field.focus(); field.select() }
  })
}

for (const link of document.querySelectorAll('[data-copy-from]')) {
  link.addEventListener('click', async event => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    try {
      const answer = await fetch(link.dataset.copyFrom)
      if (!answer.ok) throw new Error(answer.status)
      await copyText(await answer.text())
      say(link, link.dataset.copied)
    } catch { location.href = link.href }
  })
}

// A filter's address holds what was filled in and nothing else.
for (const form of document.querySelectorAll('form[data-clean]')) {
  form.addEventListener('formdata', event => {
    for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name)
  })
}

// Adding: what was understood shows while typing. A field that somebody corrected stays as they wrote it.
for (const form of document.querySelectorAll('form[data-preview]')) {
  const line = form.elements.text
  const place = document.getElementById('understood')
  const touched = new Set()
  let waiting
  let newest = 0
  for (const button of form.querySelectorAll('[data-read]')) button.hidden = true

  const ask = async () => {
    const number = ++newest
    const sent = new URLSearchParams()
    for (const name of ['form', 'text', 'ref_date', ...touched]) {
      const field = form.elements[name]
      sent.append(name, field.type === 'checkbox' ? (field.checked ? field.value : '') : field.value)
    }
    let told
    try {
      const answer = await fetch(form.dataset.preview, { method: 'POST', body: sent })
      if (!answer.ok) return
      told = await answer.json()
    } catch { return }
    await released()
    if (number !== newest) return // something newer has been typed since
    place.innerHTML = told.html
    // Of several lines each is its own event: there are no fields to correct.
    form.noValidate = form.querySelector('.adding-fields').hidden = told.together
    for (const field of form.querySelectorAll('.adding-fields [name]')) {
      if (touched.has(field.name) || field === document.activeElement || field.type === 'submit') continue
      const value = told.fields[field.name]
      if (field.type === 'checkbox') field.checked = Boolean(value)
      else if (field.tagName === 'SELECT') field.value = value || (field.name === 'importance' ? 'normal' : '')
      else field.value = value ?? ''
    }
  }
  form.addEventListener('input', event => {
    if (event.target !== line && event.target.name !== 'ref_date') touched.add(event.target.name)
    clearTimeout(waiting)
    waiting = setTimeout(ask, 250)
  })
  form.addEventListener('change', event => {
    if (event.target.tagName === 'SELECT') touched.add(event.target.name)
  })
  if (line.value) ask()
}

// What is shown anew may move a button: not while a pointer is down on it, or its click is lost.
let down = false
for (const [name, is] of [['pointerdown', true], ['pointerup', false], ['pointercancel', false]]) {
  addEventListener(name, () => { down = is }, { capture: true })
}
const released = () => new Promise(resolve => {
  if (!down) return resolve()
  // The click comes after its pointerup, in the same turn.
  for (const name of ['pointerup', 'pointercancel']) addEventListener(name, () => setTimeout(resolve), { once: true })
})

// Reviewing: what a correction comes to shows while it is typed, and ticks its proposal; arrow keys move from
// box to box; how many are ticked is counted.
for (const form of document.querySelectorAll('form[data-check]')) {
  const boxes = [...form.querySelectorAll('input[name=accept]')]
  const count = form.querySelector('.ticked-count')
  const before = boxes.filter(box => box.checked).length
  const recount = () => {
    if (!count) return
    const now = boxes.filter(box => box.checked).length
    const shown = [Number(form.dataset.ticked) + now - before, form.dataset.open]
    count.textContent = form.dataset.count.replace(/{}/g, () => shown.shift())
  }
  const waiting = new Map() // by row: two rows typed into one after the other are both read
  const newest = new Map()

  const check = async row => {
    const number = (newest.get(row) ?? 0) + 1
    newest.set(row, number)
    const sent = new URLSearchParams({ form: form.elements.form.value, row: row.id })
    for (const field of row.querySelectorAll(`[name^="${row.id}."]`)) sent.append(field.name, field.value)
    try {
      const answer = await fetch(form.dataset.check, { method: 'POST', body: sent })
      const html = await answer.text()
      await released()
      if (answer.ok && number === newest.get(row)) row.querySelector('.meant').innerHTML = html
    } catch { }
  }
  form.addEventListener('input', event => {
    const row = event.target.closest('.proposal')
    if (event.target.name === 'accept') return recount()
    if (!row) return
    const box = row.querySelector('input[name=accept]')
    if (box && !box.checked) { box.checked = true; recount() }
    clearTimeout(waiting.get(row))
    waiting.set(row, setTimeout(() => check(row), 250))
  })
  form.addEventListener('keydown', event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step || event.target.name !== 'accept') return
    event.preventDefault()
    boxes[boxes.indexOf(event.target) + step]?.focus()
  })
}
