// What a device that several people use knows of them: who is signed in, and whose exam it keeps.

const NAME = 'lsp-exam'
const KEPT = 'lsp-exam-of'

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result)
  request.onerror = () => reject(request.error)
})

// The server's mark of who is signed in, empty for nobody (`tell_who` in lsp/security.py).
export function person () {
  const [, mark] = /(?:^|; )lsp_person=(\w+)/.exec(document.cookie) || []
  return mark || ''
}

// Whose exam this device keeps, and which: [person, attempt]; null where none is known.
export function kept () {
  try {
    const said = localStorage.getItem(KEPT)
    return said && said.split(' ')
  } catch (error) {
    return null
  }
}

export function keepFor (person, attempt) {
  try {
    localStorage.setItem(KEPT, person + ' ' + attempt)
  } catch (error) {
    // No storage: then nothing of an exam is kept here.
  }
}

export const isAnothers = () => Boolean(kept()) && kept()[0] !== person()

// Papers, pictures and saved answers go; what the server does not have yet stays for its owner,
// with what sends it. Says for how many attempts.
export async function dropExams () {
  if ('caches' in window) await dropCaches().catch(() => {})
  const unsent = 'indexedDB' in window ? await dropAttempts().catch(() => 0) : 0
  try {
    localStorage.removeItem(KEPT)
  } catch (error) {
    // No storage, no word of an exam.
  }
  return unsent
}

async function dropCaches () {
  for (const name of await caches.keys()) {
    if (name.startsWith(NAME + '-')) await caches.delete(name)
  }
}

async function dropAttempts () {
  const request = indexedDB.open(NAME)
  // No exam was ever here: leave no empty database behind.
  request.onupgradeneeded = () => request.transaction.abort()
  const database = await done(request)
  const transaction = database.transaction(['attempts', 'queue'], 'readwrite')
  const unsent = (await done(transaction.objectStore('queue').getAllKeys())).map(([attempt]) => attempt)
  const attempts = transaction.objectStore('attempts')
  for (const key of await done(attempts.getAllKeys())) {
    if (!unsent.includes(key)) attempts.delete(key)
  }
  database.close()
  return new Set(unsent).size
}
