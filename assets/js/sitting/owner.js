// Whose exam this page shows, on a device that several people use. The paper is shown only while
// its owner is signed in here, as far as this device knows; answers that wait go on waiting.

import { dropExams, isAnothers, keepFor, kept, person } from '../device.js'
import { facts, screen, state, store } from './parts.js'
import { unsaved } from './saving.js'
import { record } from './sheet.js'

const OFTEN = 1000

let owner = ''
let seen = person()

// `begin` is called only on a page that is shown to its owner. One from the device's own store may
// not be: then it waits for them. A page from the server always is.
export async function watchOwner (begin) {
  const [known, attempt] = kept() || []
  const isOwn = !isAnothers() || attempt !== facts.attempt
  owner = isOwn ? person() : known
  if (!isOwn) hide()
  setInterval(look, OFTEN)
  if (isAnothers()) await dropExams()
  if (!isOwn) return
  keepFor(owner, facts.attempt)
  begin()
}

function look () {
  if (!owner) owner = person()
  if (person() === seen) return
  seen = person()
  if (seen !== owner) away()
  else if (!state.frozen && (store.survives || !unsaved())) location.reload()
}

// Says the server, or the mark of who is signed in.
export async function away () {
  if (state.away) return
  const filed = record(true) // typed by who was signed in until now
  hide()
  await filed
  await dropExams()
  // What is too long to be kept is nowhere else.
  const given = Object.entries(state.given).filter(([, answer]) => answer.invalid)
  await store.note({ given: Object.fromEntries(given) })
}

function hide () {
  state.away = true
  screen.away()
}
