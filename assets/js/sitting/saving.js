// What is with the server and what is not, kept and said.

import { countdown, facts, outbox, screen, state, store } from './parts.js'

// Answers the server has not acknowledged, also those typed or on their way to the queue.
export function unsaved () {
  return outbox.waiting.length + outbox.filing.size + (state.typing ? 1 : 0)
}

export async function keep (answer) {
  const filed = outbox.add(answer, state.given)
  say()
  await filed
  outbox.flush()
}

export function saved (time) {
  state.savedAt = time
  say()
}

// The question whose answer cannot be kept, the one on the screen first.
export const notKept = () => [state.position, ...screen.order].find((place) => (state.given[place] || {}).invalid)

// How things are, in words.
export function say () {
  const n = unsaved()
  const bad = notKept()
  if (state.frozen) screen.frozen(n)
  sayFile()
  if (state.ending) return sayTimeUp(n)
  const failing = outbox.failures || !outbox.window
  if (n) screen.saveState(failing ? 'waiting' : 'saving', screen.text(failing ? 'Waiting' : 'Saving', { n }))
  else if (bad) screen.saveState('waiting', screen.text('NotKept', { n: screen.number(bad) }))
  else if (state.savedAt) screen.saveState('saved', screen.text('Saved', { time: state.savedAt }))
  const late = countdown.left < 300 && outbox.failures >= 3
  screen.stuck(n && (outbox.stuckFor > 60 || late))
}

// Without a key from the server a file could not be believed.
function sayFile () {
  const { key } = store.memory
  for (const id of ['with-file', 'file-advice']) screen.show(id, Boolean(key))
  screen.show('no-file', !key)
}

function sayTimeUp (n) {
  if (!state.unreached && !outbox.failures) return screen.saveState('saving', screen.text('TimeUp'))
  screen.saveState('waiting', screen.text(n ? 'Unsent' : 'AllSent', { n }))
  const left = Math.ceil(facts.grace - countdown.over)
  const words = !store.memory.key ? 'Kept' : left > 0 ? 'Grace' : 'Beyond'
  screen.stuck(n, screen.text(words, { n, minutes: Math.ceil(facts.grace / 60) }))
  if (n) screen.grace(left)
}
