// The last second, and what is done after it.

import { countdown, outbox, pause, screen, server, state } from './parts.js'
import { say } from './saving.js'
import { record } from './sheet.js'
import { ask, finish, heard, sendNotes, unheard } from './standing.js'

// The server is asked before anything ends: an invigilator may have given more time.
export async function timeUp () {
  if (state.ending || state.frozen) return
  record()
  state.ending = true
  screen.freeze(true)
  say()
  for (let delay = 1; ; delay = Math.min(delay * 2, 15)) {
    const told = await ask()
    if (told && told.seconds_left > 0) return goOn(told)
    if (told && await outbox.flush() && await sendNotes() && await submitted()) return finish()
    state.unreached = true
    say()
    await pause(delay)
  }
}

function goOn (told) {
  state.ending = state.unreached = false
  screen.freeze(state.frozen)
  screen.grace(null)
  say()
  heard(told)
}

async function submitted () {
  try {
    return await server.post('kirim')
  } catch (error) {
    unheard(error)
    return null
  }
}

// A device's clock ends nothing: it may have been put forward.
export const isOver = () => countdown.left === 0 && !countdown.guessed
