// The exam page: every answer on the disk and on its way while the candidate goes on. The page
// works without any of this; then each question is a form.

import { sendWhenSaved } from './moving.js'
import { beat, begin } from './opening.js'
import { watchOwner } from './owner.js'
import { base, facts, notes, outbox, pause, screen, state, store } from './parts.js'
import { unsaved } from './saving.js'
import { leaveBehind, record } from './sheet.js'
import { dropShell } from './shell.js'
import { ask, report, sendNotes } from './standing.js'
import { rememberTimer } from './timer.js'

const REOPENED = 20

// On the receipt: what was still on its way arrives, then nothing of the exam stays here.
async function end () {
  await store.start()
  await store.load()
  await outbox.start()
  outbox.window = store.memory.window || 1
  const late = outbox.waiting.length
  for (let delay = 2; !(await outbox.flush()); delay = Math.min(delay * 2, 30)) {
    await pause(delay)
  }
  notes.recall(store.memory)
  await sendNotes()
  await store.wipe()
  await dropShell(facts.attempt)
  if (late && store.survives) return location.reload() // it was drawn before these answers came
  const back = document.querySelector(`a[href="${base}lanjut"]`)
  if (back) await reopened()
  if (back) location.replace(back.href)
}

function start () {
  window.addEventListener('online', beat)
  begin()
}

// Time that the invigilator gives opens again what the clock ended.
async function reopened () {
  for (let told = null; !told || !told.open || !told.seconds_left;) {
    await pause(REOPENED)
    told = await ask()
  }
}

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
window.addEventListener('pageshow', (event) => { if (event.persisted) location.reload() })
window.addEventListener('pagehide', leaveBehind)
window.addEventListener('beforeunload', (event) => {
  // Before its window is open the page can neither send an answer with its last breath nor sign it.
  if (!state.going && unsaved() && !(store.survives && outbox.window)) event.preventDefault()
})
document.addEventListener('visibilitychange', () => {
  if (document.hidden) record(true)
  else if (state.away) report()
  else outbox.flush()
})
const download = document.getElementById('download')
if (download) {
  download.addEventListener('click', () => screen.download(download, facts.attempt, store.memory, outbox.waiting))
  document.getElementById('take-over').addEventListener('click', () => location.reload())
}
rememberTimer()
document.querySelectorAll('#submit-form, .lsp-break').forEach(sendWhenSaved)
if (facts.page === 'finished') end()
else watchOwner(start)
