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
