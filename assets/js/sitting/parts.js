// What the modules of the exam page share: the page's facts and words, the disk, the server, and
// how this page stands.

import { Countdown } from './clock.js'
import { Notes } from './notes.js'
import { Outbox } from './outbox.js'
import { Screen } from './screen.js'
import { Server } from './server.js'
import { Store } from './store.js'

export const facts = document.getElementById('sitting').dataset
export const base = facts.root + facts.attempt + '/'
export const form = document.getElementById('answer-form')
export const screen = new Screen(facts)
export const store = new Store(facts.attempt)
export const server = new Server(facts.root, facts.attempt, facts.csrf)
export const outbox = new Outbox(store, server)
export const notes = new Notes(store)
export const countdown = new Countdown()

export const state = {
  given: {}, // position → { response, doubtful, invalid: why the server keeps it not }
  position: Number(facts.position),
  typing: false, // text that is not an answer yet
  savedAt: '', // the time of day at which everything was with the server
  elsewhere: [], // positions of which an answer of another device or tab counts, not seen here yet
  extra: Number(facts.extra), // minutes granted that the page shows
  paused: false,
  frozen: false, // another window has taken over
  ending: false, // time is up
  unreached: false, // the server did not answer since then
  away: false, // its owner is signed in here no longer
  going: false, // the page goes on to another by its own doing
  leaving: false // for the check page, as soon as everything is with the server
}

// Whether nothing can be answered here.
export const closed = () => state.paused || state.frozen || state.ending || state.away

// Seconds, or until there is a network again.
export function pause (seconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000)
    window.addEventListener('online', resolve, { once: true })
  })
}
