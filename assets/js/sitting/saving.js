// What is with the server and what is not, kept and said.

import { countdown, facts, outbox, screen, state } from './parts.js'

// Answers the server has not acknowledged, also those typed or on their way to the queue.
export function unsaved () {
  return outbox.waiting.length + outbox.filing.size + state.held.length + (state.typing ? 1 : 0)
}

export async function keep (answers) {
  const filed = answers.map((answer) => outbox.add(answer, state.given))
  say()
  await Promise.all(filed)
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
  if (state.ending) return sayTimeUp(n)
  const failing = outbox.failures || !outbox.window
  if (n) screen.saveState(failing ? 'waiting' : 'saving', screen.text(failing ? 'Waiting' : 'Saving', { n }))
  else if (bad) screen.saveState('waiting', screen.text('NotKept', { n: screen.number(bad) }))
  else if (state.savedAt) screen.saveState('saved', screen.text('Saved', { time: state.savedAt }))
  const late = countdown.left < 300 && outbox.failures >= 3
  screen.stuck(n && (outbox.stuckFor > 60 || late))
}

function sayTimeUp (n) {
  if (!state.unreached && !outbox.failures) return screen.saveState('saving', screen.text('TimeUp'))
  screen.saveState('waiting', screen.text(n ? 'Unsent' : 'AllSent', { n }))
  const left = Math.ceil(facts.grace - countdown.over)
  screen.stuck(n, screen.text(left > 0 ? 'Grace' : 'Beyond', { n, minutes: Math.ceil(facts.grace / 60) }))
  if (n) screen.grace(left)
}
