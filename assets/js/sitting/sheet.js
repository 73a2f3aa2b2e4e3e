// The question on the screen: its words, the answer in its form, and the way from there to the queue.

import { fillForm, readForm } from './answers.js'
import { base, closed, countdown, facts, form, outbox, screen, server, state, store } from './parts.js'
import { keep, notKept, say } from './saving.js'
import { keepPictures } from './shell.js'

const DRAFT_PAUSE = 2000
const NO_ANSWER = { response: null, doubtful: false }

const doubt = document.getElementById('doubtful')
const paper = {} // position → HTML
let drawn = null // what the form said when it was filled, or last recorded
let chosenAt = 0
let draftTimer = null

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other)
const onForm = () => ({ response: readForm(form), doubtful: doubt.checked })
const differs = (said) => {
  const { response, doubtful } = state.given[state.position] || NO_ANSWER
  return !same({ response, doubtful }, said)
}

// --- Answers ----------------------------------------------------------------------------------

function answered (response, draft) {
  return Object.assign({
    attempt: facts.attempt,
    position: state.position,
    response,
    doubtful: doubt.checked,
    draft: Boolean(draft)
  }, countdown.dated(chosenAt))
}

// A form nobody touched is no answer: the page may be older than what waits on this device.
export async function record (draft) {
  clearTimeout(draftTimer)
  if (!form || closed()) return
  const said = onForm()
  state.typing = false
  if (same(drawn, said)) return say()
  drawn = said
  if (!differs(said)) return say()
  if (!take(said)) return say()
  const answer = answered(said.response, draft)
  seen(state.position)
  if (!outbox.window) outbox.early.set(answer, chosenAt)
  await keep(answer)
}

// Says whether it is an answer. A text that is longer than what is kept stays on this device.
function take (said) {
  const invalid = screen.tooLong()
  state.given[state.position] = invalid ? Object.assign({ invalid }, said) : said
  screen.grid(state.given, state.position)
  sayInvalid()
  if (invalid) store.note({ given: state.given })
  return !invalid
}

export function sayInvalid () {
  const place = notKept()
  const { invalid } = state.given[place] || {}
  screen.invalid(invalid ? screen.text('Invalid', { n: screen.number(place), reason: invalid }) : '')
}

// The answers of other devices or tabs that came to count instead of this page's, until they were
// seen here or changed.
export function sayElsewhere () {
  const numbers = state.elsewhere.map((position) => screen.number(position)).sort((a, b) => a - b)
  screen.elsewhere(numbers.length ? screen.text('Elsewhere', { n: numbers.join(', ') }) : '')
}

function seen (position) {
  if (!state.elsewhere.includes(position)) return
  state.elsewhere = state.elsewhere.filter((other) => other !== position)
  store.note({ elsewhere: state.elsewhere })
  sayElsewhere()
}

// The page may go away at any moment: what is typed goes to the disk and out without waiting.
export function leaveBehind () {
  clearTimeout(draftTimer)
  if (state.typing && !closed()) {
    state.typing = false
    const said = onForm()
    if (take(said)) outbox.addNow(answered(said.response, true))
  }
  outbox.leave()
}

export function listenToForm () {
  drawn = state.given[state.position] = onForm()
  form.addEventListener('change', () => {
    chosenAt = performance.now()
    state.leaving = false
    record()
  })
  form.addEventListener('input', (event) => {
    chosenAt = performance.now()
    if (!event.target.matches('textarea, [type=text]')) return
    screen.words()
    if (!state.typing) store.catchUp()
    state.typing = true
    say()
    clearTimeout(draftTimer)
    draftTimer = setTimeout(() => record(true), DRAFT_PAUSE)
  })
}

// --- The paper --------------------------------------------------------------------------------

export const hasPaper = (position = state.position) => Boolean(paper[position])

export async function loadPaper () {
  const kept = await store.paper()
  let questions = kept
  try {
    if (!kept) {
      const response = await server.get('naskah.json')
      if (!response.ok) return
      questions = await response.json()
    }
  } catch (error) {
    return // every question is still a form; asked for again at the next heartbeat
  }
  for (const question of questions) paper[question.position] = question.html
  if (!kept) await store.keepPaper(questions)
  keepPictures(facts.attempt, questions)
}

export const addressed = () => Number(location.pathname.split('/').pop())

export function show (wanted, push) {
  if (!paper[wanted]) return
  const number = screen.number(wanted)
  if (wanted !== state.position) seen(state.position)
  state.position = wanted
  document.getElementById('question').innerHTML = paper[wanted]
  document.getElementById('question-number').textContent = number
  fill()
  document.getElementById('previous').disabled = number === 1
  form.action = base + 'soal/' + wanted
  const title = screen.text('Title', { n: number, total: facts.count })
  document.title = document.title.replace(/^.* – /, title + ' – ')
  if (push) history.pushState(null, '', form.action)
  screen.grid(state.given, wanted)
  screen.words()
  sayInvalid()
  if (state.frozen || state.ending) screen.freeze(true)
  window.scrollTo(0, 0)
}

export function fill () {
  const answer = state.given[state.position] || {}
  fillForm(form, answer.response)
  doubt.checked = Boolean(answer.doubtful)
  drawn = onForm()
}

// A file that has just been uploaded: the page knows of it, what this device remembers does not.
function uploaded () {
  const response = form.querySelector('[data-upload]') && readForm(form)
  return response ? { [state.position]: { response, doubtful: doubt.checked } } : {}
}

// Chosen on this device, and not with the server.
export function unsent () {
  const chosen = {}
  for (const { position, response, doubtful } of [...outbox.waiting, ...outbox.filing.keys()]) {
    chosen[position] = { response, doubtful }
  }
  return chosen
}

// After a crash or without network: the exam as this device knows it, before the server answers.
export async function recall () {
  state.given = Object.assign({}, store.memory.given, unsent(), uploaded())
  if (await store.paper()) await loadPaper()
  if (hasPaper()) return show(hasPaper(addressed()) ? addressed() : state.position, false)
  state.given[state.position] = unsent()[state.position] || onForm()
  fill()
}

// What the server knows, where the form says something else.
export async function settle () {
  if (!hasPaper()) await loadPaper()
  await record()
  if (differs(onForm())) show(state.position, false)
}
