// The exam page: every answer on the disk and on its way while the candidate goes on. The page
// works without any of this; then each question is a form.

import { fillForm, readForm } from './answers.js'
import { Countdown } from './clock.js'
import { Outbox } from './outbox.js'
import { Screen } from './screen.js'
import { Server, SignedOut } from './server.js'
import { dropShell, keepShell } from './shell.js'
import { Store } from './store.js'

const DRAFT_PAUSE = 2000
const HEARTBEAT = 30

const facts = document.getElementById('sitting').dataset
const base = facts.root + facts.attempt + '/'
const form = document.getElementById('answer-form')
const doubt = document.getElementById('doubtful')
const screen = new Screen(facts)
const store = new Store(facts.attempt)
const server = new Server(facts.root, facts.attempt, facts.csrf)
const outbox = new Outbox(store, server, heard)
const NO_ANSWER = { response: null, doubtful: false }
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other)

let countdown = null
const paper = {} // position → HTML
let given = {} // position → { response, doubtful, invalid }
let position = Number(facts.position)
let held = [] // chosen before the server gave this window its number
let elapsed = null // how to get from performance.now() to milliseconds since the start
let chosenAt = 0
let frozen = false
let ending = false
let leaving = false
let draftTimer = null
let beats = 0
let drawn = null // what the form said when it was filled, or last recorded
let savedAt = ''
let adding = 0 // answers between the form and the queue
let typing = false // text that is not an answer yet

// --- What the server says ---------------------------------------------------------------------

function heard (told, error) {
  screen.show('signed-out', error instanceof SignedOut)
  if (error) return waiting()
  if (facts.page === 'finished') return
  if (countdown) countdown.set(told.seconds_left)
  for (const answer of told.answers) {
    if (answer.fate !== 'invalid') continue
    if (given[answer.position]) given[answer.position].invalid = true
    screen.invalid(screen.text('Invalid', { n: answer.position, reason: answer.reason }))
    screen.grid(given, position)
  }
  if (told.frozen) freeze()
  if (!told.open) return finish()
  if (unsaved()) return waiting()
  screen.show('stuck', false)
  // A heartbeat says nothing new: a screen reader would read the time out every minute.
  if (told.answers.length || !screen.saysSaved) saved(told.clock)
  if (leaving) location.href = base + 'periksa'
  // Counted before these answers came.
  else if (facts.page === 'check' && told.answers.length) location.reload()
}

function saved (time) {
  savedAt = time
  screen.saveState('saved', screen.text('Saved', { time }))
}

// Answers the server has not acknowledged, also those typed or on their way to the queue.
function unsaved () {
  return outbox.waiting.length + held.length + adding + (typing ? 1 : 0)
}

function waiting () {
  const count = unsaved()
  if (!count) return savedAt && saved(savedAt)
  const failing = outbox.failures || !outbox.window
  const kind = failing ? 'waiting' : 'saving'
  screen.saveState(kind, screen.text(failing ? 'Waiting' : 'Saving', { n: count }))
  const late = countdown && countdown.left < 300 && outbox.failures >= 3
  screen.show('stuck', outbox.stuckFor > 60 || Boolean(late))
}

function freeze () {
  if (frozen) return
  frozen = true
  screen.show('frozen', true)
  screen.freeze(true)
}

function finish () {
  location.replace(base + 'selesai')
}

// --- Answers ----------------------------------------------------------------------------------

function milliseconds () {
  return elapsed === null ? null : Math.max(0, Math.round(elapsed + chosenAt))
}

const onForm = () => ({ response: readForm(form), doubtful: doubt.checked })

// A form nobody touched is no answer: the page may be older than what waits on this device.
async function record (draft) {
  clearTimeout(draftTimer)
  if (!form || frozen || ending) return
  const said = onForm()
  typing = false
  if (same(drawn, said)) return waiting()
  drawn = said
  const { response, doubtful } = given[position] || NO_ANSWER
  if (same({ response, doubtful }, said)) return waiting()
  given[position] = said
  screen.invalid('')
  screen.grid(given, position)
  const answer = {
    attempt: facts.attempt,
    position,
    response: said.response,
    doubtful: said.doubtful,
    chosenMs: milliseconds(),
    draft: Boolean(draft)
  }
  if (!outbox.window) {
    held.push(answer)
    return waiting()
  }
  adding++
  waiting()
  await outbox.add(answer, given)
  adding--
  outbox.flush()
}

function listen () {
  form.addEventListener('change', () => {
    chosenAt = performance.now()
    record()
  })
  form.addEventListener('input', (event) => {
    chosenAt = performance.now()
    if (!event.target.matches('textarea, [type=text]')) return
    screen.words()
    typing = true
    waiting()
    clearTimeout(draftTimer)
    draftTimer = setTimeout(() => record(true), DRAFT_PAUSE)
  })
  let go = 'next'
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[name=go]')
    if (button) go = button.value
  })
  form.addEventListener('submit', (event) => {
    if (!hasPaper() && !frozen && !ending) return // the form goes its own way
    event.preventDefault()
    record().then(() => move(go))
  })
  document.addEventListener('keydown', (event) => {
    const writing = event.target.matches('textarea, select, [type=text]')
    if (writing || event.ctrlKey || event.altKey || event.metaKey) return
    const number = 'abcdefgh'.indexOf(event.key.toLowerCase())
    const choice = document.querySelectorAll('#question .lsp-choice__input')[number]
    if (number >= 0 && event.key.length === 1 && choice && !choice.disabled) {
      choice.focus()
      choice.click()
    }
  })
  window.addEventListener('popstate', () => {
    record().then(() => show(addressed(), false))
  })
}

// --- Moving -----------------------------------------------------------------------------------

function move (go) {
  leaving = false
  const step = { next: position + 1, previous: position - 1 }[go] || Number(go)
  if (paper[step]) {
    show(step, true)
    document.getElementById('question-title').focus()
  } else {
    leave()
  }
}

function show (wanted, push) {
  if (!paper[wanted]) return
  position = wanted
  document.getElementById('question').innerHTML = paper[position]
  document.getElementById('question-number').textContent = position
  const answer = given[position] || {}
  fillForm(form, answer.response)
  doubt.checked = Boolean(answer.doubtful)
  drawn = onForm()
  document.getElementById('previous').disabled = position === 1
  form.action = base + 'soal/' + position
  const title = screen.text('Title', { n: position, total: facts.count })
  document.title = document.title.replace(/^.* – /, title + ' – ')
  if (push) history.pushState(null, '', form.action)
  screen.grid(given, position)
  screen.words()
  if (frozen || ending) screen.freeze(true)
  window.scrollTo(0, 0)
}

// To the check page, once the server has everything.
async function leave () {
  leaving = true
  if (await outbox.flush() && !held.length) location.href = base + 'periksa'
}

// --- Time -------------------------------------------------------------------------------------

function tick () {
  const unanswered = screen.grid(given, position).u
  screen.clock(countdown, unanswered)
  if (countdown.left === 0) return timeUp()
  if (outbox.failures) waiting()
  if (++beats % HEARTBEAT === 0) beat()
}

async function beat () {
  if (form && !hasPaper()) loadPaper()
  if (outbox.waiting.length) return outbox.flush()
  if (!outbox.window) return
  try {
    heard(await (await server.get('waktu.json?window=' + outbox.window)).json(), null)
  } catch (error) {
    screen.show('signed-out', error instanceof SignedOut)
  }
}

// The server is asked before anything ends: an invigilator may have given more time.
async function timeUp () {
  if (ending || frozen) return
  await record()
  ending = true
  screen.freeze(true)
  screen.saveState('saving', screen.text('TimeUp'))
  for (let delay = 1; ; delay = Math.min(delay * 2, 15)) {
    try {
      const told = await (await server.get('waktu.json?window=' + outbox.window)).json()
      if (told.seconds_left > 0) {
        countdown.set(told.seconds_left)
        ending = false
        return screen.freeze(frozen)
      }
      if (await outbox.flush()) {
        await server.post('kirim')
        return finish()
      }
    } catch (error) {
      screen.show('signed-out', error instanceof SignedOut)
    }
    await new Promise((resolve) => setTimeout(resolve, delay * 1000))
  }
}

// --- Beginning --------------------------------------------------------------------------------

// Take the exam over for this window. Without network the window of an earlier load goes on.
async function takeOver () {
  let told
  try {
    told = await (await server.post('jendela')).json()
  } catch (error) {
    screen.show('signed-out', error instanceof SignedOut)
    screen.saveState('saving', screen.text('Connecting'))
    const known = store.memory
    if (!known.window) return false
    outbox.window = known.window
    return true
  }
  if (!told.open) {
    finish()
    return true
  }
  await record() // what is typed at this moment, so that nothing below writes over it
  outbox.window = told.window
  elapsed = told.elapsed_ms - performance.now()
  countdown.set(told.seconds_left)
  given = Object.assign(told.given, unsent())
  saved(told.clock)
  await store.note({ window: told.window, lastSeq: Math.max(store.memory.lastSeq, told.first_seq - 1), given })
  if (channel) channel.postMessage(told.window)
  return true
}

function unsent () {
  const chosen = {}
  for (const { position, response, doubtful } of outbox.waiting.concat(held)) {
    chosen[position] = { response, doubtful }
  }
  return chosen
}

async function loadPaper () {
  let questions = await store.paper()
  if (!questions) {
    try {
      const response = await server.get('naskah.json')
      if (!response.ok) return
      questions = await response.json()
      await store.keepPaper(questions)
    } catch (error) {
      return // every question is still a form; asked for again at the next heartbeat
    }
  }
  for (const question of questions) paper[question.position] = question.html
}

const hasPaper = () => Boolean(paper[position])
const addressed = () => Number(location.pathname.split('/').pop())

// After a crash or without network: the exam as this device knows it, before the server answers.
async function recall () {
  given = Object.assign({}, store.memory.given, unsent())
  if (await store.paper()) await loadPaper()
  if (paper[addressed()]) show(addressed(), false)
  else given[position] = onForm()
}

const channel = 'BroadcastChannel' in window ? new BroadcastChannel('lsp-exam-' + facts.attempt) : null

async function begin () {
  countdown = new Countdown(clockOnPage())
  if (form) {
    drawn = given[position] = onForm()
    listen()
  }
  await store.start()
  const known = await store.load()
  await outbox.start()
  if (form && known.window) await recall()
  for (let delay = 2; !(await takeOver()); delay = Math.min(delay * 2, 30)) {
    await new Promise((resolve) => setTimeout(resolve, delay * 1000))
  }
  if (elapsed === null && known.secondsLeft < countdown.left) countdown.set(known.secondsLeft)
  for (const answer of held.splice(0)) await outbox.add(answer, given)
  if (form) {
    if (!hasPaper()) await loadPaper()
    await record()
    const { response, doubtful } = given[position] || NO_ANSWER
    if (!same({ response, doubtful }, onForm())) show(position, false)
  }
  screen.grid(given, position)
  waiting()
  outbox.flush()
  setInterval(tick, 1000)
  setInterval(() => store.note({ secondsLeft: countdown.left }), 10000)
  keepShell(facts)
}

function clockOnPage () {
  const [hours, minutes, seconds] = document.getElementById('time-left').textContent.split('.').map(Number)
  return hours * 3600 + minutes * 60 + seconds
}

// On the receipt: what was still on its way arrives, then nothing of the exam stays here.
async function end () {
  await store.start()
  await store.load()
  await outbox.start()
  outbox.window = store.memory.window || 0
  for (let delay = 2; !(await outbox.flush()); delay = Math.min(delay * 2, 30)) {
    await new Promise((resolve) => setTimeout(resolve, delay * 1000))
  }
  await store.wipe()
  await dropShell(facts.attempt)
}

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
if (channel) channel.onmessage = (event) => { if (event.data > outbox.window) freeze() }
window.addEventListener('online', beat)
window.addEventListener('pageshow', (event) => { if (event.persisted) location.reload() })
window.addEventListener('pagehide', () => { record(true); outbox.flush(true) })
window.addEventListener('beforeunload', (event) => {
  if (!store.survives && outbox.waiting.length + held.length) event.preventDefault()
})
document.addEventListener('visibilitychange', () => {
  if (document.hidden) record(true)
  else beat()
})
const download = document.getElementById('download')
if (download) {
  download.addEventListener('click', () => screen.download(download, outbox.waiting.concat(held), facts.attempt))
  document.getElementById('take-over').addEventListener('click', () => location.reload())
}
const submission = document.getElementById('submit-form')
if (submission) {
  submission.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (await outbox.flush()) submission.submit()
  })
}
if (facts.page === 'finished') end()
else begin()
