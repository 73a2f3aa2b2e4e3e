// The beginning of a page: what this device knows, then the exam taken over for this window.

import { inWords } from './clock.js'
import { isOver, timeUp } from './ending.js'
import { countdown, facts, form, notes, outbox, pause, screen, server, state, store } from './parts.js'
import { keep, saved, say } from './saving.js'
import { hasPaper, listenToForm, loadPaper, recall, record, sayInvalid, settle, unsent } from './sheet.js'
import { keepShell } from './shell.js'
import { finish, freeze, report, setClock, standing, unheard } from './standing.js'
import { listenToMoves } from './moving.js'

const HEARTBEAT = 20
const NOTE_TIME = 10

const channel = 'BroadcastChannel' in window ? new BroadcastChannel('lsp-exam-' + facts.attempt) : null
let newest = 0 // the highest number another window told
let beats = 0

// Without network the window of an earlier load goes on.
async function takeOver () {
  let told
  try {
    told = await (await server.post('jendela')).json()
  } catch (error) {
    unheard(error)
    screen.saveState('saving', screen.text('Connecting'))
    const known = store.memory
    if (!known.window) return false
    outbox.window = known.window
    if (countdown.began === null) {
      countdown.guess(known)
      screen.show('estimate', true)
    }
    return true
  }
  if (told.open) await goOn(told)
  else finish()
  return true
}

async function goOn (told) {
  await record() // what is typed at this moment, so that nothing below writes over it
  outbox.window = told.window
  server.windowKey = told.window_key
  countdown.start(told.elapsed_ms)
  state.given = Object.assign(told.given, typedOnly(), unsent())
  standing(told)
  setClock(told)
  sayInvalid()
  saved(told.clock)
  if (newest > told.window) freeze()
  const lastSeq = Math.max(store.memory.lastSeq, told.first_seq - 1)
  await store.note({ window: told.window, key: told.key, lastSeq, given: state.given })
  if (channel) channel.postMessage(told.window)
}

// What was typed here and could not be kept: the server does not have it.
function typedOnly () {
  const known = Object.assign({}, store.memory.given, state.given)
  return Object.fromEntries(Object.entries(known).filter(([, answer]) => answer.invalid))
}

export async function begin () {
  countdown.set(secondsOnPage())
  if (channel) channel.onmessage = (event) => isNewer(event.data)
  if (form) {
    listenToForm()
    listenToMoves()
  }
  await store.start()
  const known = await store.load()
  await outbox.start()
  if (form && known.window) await recall()
  for (let delay = 2; !(await takeOver()); delay = Math.min(delay * 2, 30)) {
    await pause(delay)
  }
  await keep(state.held.splice(0))
  if (form) await settle()
  screen.grid(state.given, state.position)
  say()
  outbox.flush()
  setInterval(tick, 1000)
  noteTime()
  setInterval(noteTime, NOTE_TIME * 1000)
  notes.watch(facts.attempt)
  if (form) keepShell(facts)
}

function isNewer (window) {
  newest = Math.max(newest, window)
  if (outbox.window && newest > outbox.window) freeze()
}

function secondsOnPage () {
  const [hours, minutes, seconds] = document.getElementById('time-left').textContent.split('.').map(Number)
  return hours * 3600 + minutes * 60 + seconds
}

function tick () {
  screen.clock(countdown, screen.grid(state.given, state.position).u)
  if (isOver()) timeUp()
  if (outbox.failures || state.unreached) say()
  if (++beats % HEARTBEAT === 0 && !state.ending) beat()
}

export async function beat () {
  if (form && !hasPaper()) loadPaper()
  if (outbox.waiting.length) outbox.flush()
  return report()
}

function noteTime () {
  const now = performance.now()
  const elapsed = countdown.sinceStart(now)
  if (elapsed !== null) store.note({ secondsLeft: countdown.left, elapsed, at: Date.now() })
}
