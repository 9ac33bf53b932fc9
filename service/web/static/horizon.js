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
